import {
  type GateCheck,
  type GateResult,
  letsThrough,
} from "../../analysis/compare/gate-result.ts";
import { checkName, foundText, reasonText } from "../compare/gate-table.ts";
import { type Html, html } from "../page/html.ts";

/**
 * A gate as JUnit XML, which CI servers show as tests: a test case for each check. One that is not
 * decided is a failure, or skipped where the gate lets it pass.
 */
export function gateJunit(result: GateResult): string {
  const { run, checks, undecided } = result;
  const failures = checks.filter((check) => !letsThrough(check, undecided)).length;
  const skipped = checks.filter((check) => isSkipped(check, result)).length;
  const counts = html`tests="${checks.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const markup = html`<testsuites name="lager gate" ${counts} time="0">
<testsuite name="${run}" ${counts} time="0">
${checks.map((check) => testCase(check, result))}</testsuite>
</testsuites>
`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup.markup}`;
}

function testCase(check: GateCheck, result: GateResult): Html {
  const reason = reasonText(check);
  const found = html`<system-out>${foundText(check, true)}, n ${check.n}</system-out>`;
  return html`<testcase classname="lager.gate.${check.kind}" name="${checkName(check)}" time="0">${
    reason === null
      ? null
      : isSkipped(check, result)
        ? html`<skipped message="${reason}"/>`
        : html`<failure type="${check.outcome}" message="${reason}">${reason}</failure>`
  }${found}</testcase>
`;
}

function isSkipped(check: GateCheck, { undecided }: GateResult): boolean {
  return check.outcome === "undecided" && letsThrough(check, undecided);
}
