import { countText } from "../base/figure-text.ts";
import type { ViewedRun } from "../base/view-config.ts";
import { visibleText } from "../base/visible-text.ts";
import type { RunTable } from "../run/run-table.ts";
import { ThemeButton } from "./theme-button.tsx";

export interface RunBarProps {
  readonly runs: readonly ViewedRun[];
  readonly table: RunTable | undefined;
  readonly run: number;
  readonly other: number | null;
  readonly onRun: (run: number) => void;
  readonly onOther: (run: number | null) => void;
}

/** The head of the page: which run is shown, and which beside it. */
export function RunBar({ runs, table, run, other, onRun, onOther }: RunBarProps) {
  return (
    <header>
      <div class="top">
        <p class="kicker">lager view</p>
        <ThemeButton />
      </div>
      {table !== undefined && <Title table={table} />}
      {runs.length > 1 && (
        <div class="filters">
          <label>
            Run{" "}
            <select value={run} onChange={(event) => onRun(Number(event.currentTarget.value))}>
              {runs.map(({ name }, i) => (
                <option key={name} value={i}>
                  {visibleText(name)}
                </option>
              ))}
            </select>
          </label>
          <label>
            Beside it{" "}
            <select
              value={other ?? ""}
              onChange={({ currentTarget: { value } }) =>
                onOther(value === "" ? null : Number(value))
              }
            >
              <option value="">none</option>
              {runs.map(({ name }, i) =>
                i === run ? null : (
                  <option key={name} value={i}>
                    {visibleText(name)}
                  </option>
                ),
              )}
            </select>
          </label>
        </div>
      )}
    </header>
  );
}

function Title({ table: { header, lines, records, failures } }: { readonly table: RunTable }) {
  const judge = header.judge.name.split(/[\\/]/).at(-1) ?? header.judge.name;
  return (
    <>
      <h1>
        {visibleText(header.task.name)} <span class="muted">judged by</span> {visibleText(judge)}
      </h1>
      <p class="note">
        {countText(lines)} lines of {countText(records.length)} records
        {failures.length > 0 && `, ${countText(failures.length)} failed`}; {header.judge.layers}{" "}
        layers; scored with --layers {visibleText(header.options.layers)}
        {header.options.projection === "raw" && " --projection raw"}
        {header.options.weights !== undefined &&
          `. The run's own scores are those of learned weights (recipe ${header.options.weights.recipe}), which this page does not have: it shows its layers with equal weights`}
        .
      </p>
    </>
  );
}
