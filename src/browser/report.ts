import { errorMessage } from "../base/errors.ts";
import { PART } from "../base/view-config.ts";
import { partOfPage } from "./part-of-page.ts";
import type { Source } from "./source.ts";
import { trustedPolicy } from "./trusted-policy.ts";

/**
 * Fetches the report of a page that was served without it, and puts it where the page waits for it. What
 * the server answers is markup of its own, in which every text of a run is escaped.
 */
export async function showReport(fetchReport: NonNullable<Source["report"]>): Promise<void> {
  const head = partOfPage(PART.head);
  try {
    const report = await fetchReport();
    const lines = partOfPage(PART.root);
    const policy = trustedPolicy("lager-report", { createHTML: (markup: string) => markup });
    const before = lines.getBoundingClientRect().top;
    head.innerHTML = policy.createHTML(report.head);
    partOfPage(PART.links).innerHTML = policy.createHTML(report.links);
    partOfPage(PART.sections).innerHTML = policy.createHTML(report.sections);
    // A link to a section was followed before that was there.
    document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
    // Browsers keep in place what is looked at, but for a page that has not been scrolled.
    const moved = lines.getBoundingClientRect().top - before;
    if (isInUse() && window.scrollY === 0) window.scrollBy({ top: moved, behavior: "instant" });
  } catch (error) {
    const state = head.querySelector("[role=status]");
    if (state !== null) state.textContent = `The evaluation failed: ${errorMessage(error)}`;
  }
}

/** Whether somebody has put the lines to use, which should not move then. */
function isInUse(): boolean {
  return navigator.userActivation?.hasBeenActive ?? false;
}
