import { PART } from "../base/view-config.ts";
import type { Source } from "./source.ts";

/** What a browser that checks kinds of texts wants in place of markup. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createHTML: (markup: string) => string },
  ): { createHTML(markup: string): string };
}

declare const trustedTypes: TrustedTypes | undefined;

/**
 * Fetches the report of a page that was served without it, and puts it where the page waits for it. What
 * the server answers is markup of its own, in which every text of a run is escaped.
 */
export async function showReport(fetchReport: NonNullable<Source["report"]>): Promise<void> {
  const head = part(PART.head);
  try {
    const report = await fetchReport();
    const lines = part(PART.root);
    const trusted = trustedMarkup();
    const before = lines.getBoundingClientRect().top;
    head.innerHTML = trusted(report.head);
    part(PART.links).innerHTML = trusted(report.links);
    part(PART.sections).innerHTML = trusted(report.sections);
    // A link to a section was followed before that was there.
    document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
    // Browsers keep in place what is looked at, but for a page that has not been scrolled.
    const moved = lines.getBoundingClientRect().top - before;
    if (isInUse() && window.scrollY === 0) window.scrollBy({ top: moved, behavior: "instant" });
  } catch (error) {
    const state = head.querySelector("[role=status]");
    const reason = error instanceof Error ? error.message : String(error);
    if (state !== null) state.textContent = `The evaluation failed: ${reason}`;
  }
}

function trustedMarkup(): (markup: string) => string {
  if (typeof trustedTypes === "undefined") return (markup) => markup;
  const policy = trustedTypes.createPolicy("lager-report", { createHTML: (markup) => markup });
  return (markup) => policy.createHTML(markup);
}

/** Whether somebody has put the lines to use, which should not move then. */
function isInUse(): boolean {
  return navigator.userActivation?.hasBeenActive ?? false;
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part ${id}`);
  return found;
}
