import { PART, type ReportMarkup } from "../base/view-config.ts";
import { partOfPage } from "./part-of-page.ts";
import { trustedPolicy } from "./trusted-policy.ts";

/**
 * Puts the report of a page that was served without it where the page waits for it. It is the server's own
 * markup, in which every text of a run is escaped.
 */
export function showReport(report: ReportMarkup): void {
  const lines = partOfPage(PART.root);
  const policy = trustedPolicy("lager-report", { createHTML: (markup: string) => markup });
  const before = lines.getBoundingClientRect().top;
  partOfPage(PART.head).innerHTML = policy.createHTML(report.head);
  partOfPage(PART.links).innerHTML = policy.createHTML(report.links);
  partOfPage(PART.sections).innerHTML = policy.createHTML(report.sections);
  // A link to a section was followed before that was there.
  document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
  // Browsers keep in place what is looked at, but for a page that has not been scrolled.
  const moved = lines.getBoundingClientRect().top - before;
  if (isInUse() && window.scrollY === 0) window.scrollBy({ top: moved, behavior: "instant" });
}

/** Says above the lines how it stands with the evaluation, where its verdict will be. */
export function sayInHead(text: string): void {
  const state = partOfPage(PART.head).querySelector("[role=status]");
  if (state !== null) state.textContent = text;
}

/** Whether somebody has put the lines to use, which should not move then. */
function isInUse(): boolean {
  return navigator.userActivation?.hasBeenActive ?? false;
}
