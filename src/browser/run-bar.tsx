import type { ViewedRun } from "../base/view-config.ts";
import { visibleText } from "../base/visible-text.ts";
import type { RunTable } from "../run/run-table.ts";
import { NameOptions } from "./name-options.tsx";

export interface RunBarProps {
  readonly runs: readonly ViewedRun[];
  readonly table: RunTable | undefined;
  readonly run: number;
  readonly other: number | null;
  readonly onRun: (run: number) => void;
  readonly onOther: (run: number | null) => void;
}

/** Which run is in hand, and which beside it. */
export function RunBar({ runs, table, run, other, onRun, onOther }: RunBarProps) {
  const names = runs.map(({ name }) => name);
  return (
    <>
      <h2>Lines and layers</h2>
      {runs.length > 1 && (
        <div class="filters">
          <label>
            Run{" "}
            <select value={run} onChange={(event) => onRun(Number(event.currentTarget.value))}>
              <NameOptions names={names} />
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
              <NameOptions names={names} without={run} />
            </select>
          </label>
        </div>
      )}
      {table !== undefined && <Scored header={table.header} />}
    </>
  );
}

/** With which layers the run was scored. */
function Scored({ header: { judge, options } }: Pick<RunTable, "header">) {
  return (
    <p class="note">
      {judge.layers} layers; scored with --layers {visibleText(options.layers)}
      {options.projection === "raw" && " --projection raw"}
      {options.weights !== undefined &&
        `. The run's own scores are those of learned weights (recipe ${options.weights.recipe}), which are not in hand here: equal weights are`}
      .
    </p>
  );
}
