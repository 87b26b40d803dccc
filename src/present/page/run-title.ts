import type { RunHeader } from "../../run/run-format.ts";
import { type Html, html } from "./html.ts";

/** What a run is called by: its task, and its judge. */
export interface RunName {
  readonly task: string;
  readonly judge: Pick<RunHeader["judge"], "name">;
}

/** The judge as headings name it: of a path its last part. */
export function judgeName({ judge: { name } }: RunName): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}

/** The heading of a run's part of the page. */
export function runHeading(run: RunName, prefix: string): Html {
  return html`<h1 id="${prefix}title">${run.task} <span class="muted">judged by</span> ${judgeName(run)}</h1>`;
}

/** What a page of runs is called. */
export function pageTitle(runs: readonly RunName[]): string {
  const [first] = runs;
  return runs.length === 1 && first !== undefined
    ? `${first.task}, judged by ${judgeName(first)}`
    : `${runs.length} runs`;
}
