import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { partOfRun } from "../../../src/base/view-config.ts";
import { renderReport } from "../../../src/present/page/report.ts";
import { embeddedPage, reportMarkup, servedPage } from "../../../src/present/view/view-page.ts";
import { tableFromBlocks } from "../../../src/run/table-columns.ts";
import type { TableTexts } from "../../../src/run/table-texts.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { madeUpTable } from "../../fixtures/made-up-run.ts";
import { parseMarkup, texts } from "../markup.ts";
import { ownScripts } from "../page/view.ts";

const HOSTILE = '</script><script>document.title="broken out"</script><!-- <b>&"\'';

const EVALUATION = madeUpEvaluation({ layers: 2, records: 5, id: () => HOSTILE });

/** A run with texts that would end the elements that they stand in. */
function hostileTable() {
  const table = madeUpTable(2);
  return {
    ...table,
    files: [HOSTILE],
    records: [HOSTILE, "r1"],
    systems: table.systems.map(() => HOSTILE),
  };
}

const OWN = { instruction: HOSTILE, response: "hello", reference: "", context: "" };
const TEXTS: TableTexts = { texts: [OWN, null], states: "ss--", missing: HOSTILE };

async function embedded(own: readonly TableTexts[] = [TEXTS]): Promise<string> {
  let page = "";
  const report = await renderReport([EVALUATION], []);
  for await (const part of embeddedPage([hostileTable()], report, own)) page += part;
  return page;
}

it.each([
  ["served", async () => (await servedPage([hostileTable()])).page],
  ["written", () => embedded()],
])("the page that is %s runs its own scripts alone, whatever the run holds", async (_, make) => {
  const page = await make();
  const { document } = parseHTML(page);
  const run = [...document.querySelectorAll("script")].filter(
    ({ type }) => type !== "application/json" && type !== "text/plain",
  );
  const { hashes, policy } = ownScripts(page);
  expect(run).toHaveLength(2);
  expect(policy).toContain(`script-src ${hashes.join(" ")};`);
  expect(hashes).toHaveLength(2);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(page).not.toContain('broken out"</script>');
  expect(page.match(/https?:\/\/(?!www\.w3\.org)[\w.]+/g) ?? []).toEqual([]);
});

it("the page that is written holds its runs, bit by bit, and may fetch nothing", async () => {
  const table = hostileTable();
  const { document } = parseHTML(await embedded());
  const text = (part: string) => document.getElementById(partOfRun(0, part))?.textContent ?? "";
  const block = (part: string) => Uint8Array.from(Buffer.from(text(part), "base64")).buffer;
  const found = tableFromBlocks(JSON.parse(text("head")), {
    lines: block("lines"),
    normed: block("normed"),
    raw: block("raw"),
  });
  expect(found).toEqual(table);
  const policy = document.querySelector("meta[http-equiv]")?.getAttribute("content");
  expect(policy).not.toContain("connect-src");
});

it("the page that is written holds the texts of its runs, or none", async () => {
  const held = async (page: Promise<string>) =>
    parseHTML(await page).document.getElementById(partOfRun(0, "texts"))?.textContent;
  expect(JSON.parse((await held(embedded())) ?? "")).toEqual(TEXTS);
  expect(await held(embedded([]))).toBeUndefined();
});

it("the page that is written can be read without a script: verdict, links and sections stand in it", async () => {
  const tree = parseMarkup(await embedded());
  expect(texts(tree, "header .lead")[0]).toMatch(/^lager-tuned agrees with people better/);
  expect(texts(tree, "nav a")).toEqual(["Lines and layers", ...texts(tree, "section.part h2")]);
  for (const link of tree.querySelectorAll("nav a")) {
    expect(tree.querySelector(link.getAttribute("href") ?? "")).not.toBeNull();
  }
  const ids = [...tree.querySelectorAll("[id]")].map((each) => each.getAttribute("id"));
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

it("the page that is served says that its report is to come, and where it is without a script", async () => {
  const { page } = await servedPage([hostileTable()]);
  const tree = parseMarkup(page);
  expect(texts(tree, "header [role=status]")[0]).toMatch(
    /^The evaluation of 4 lines is being computed/,
  );
  expect(tree.querySelector("noscript a")?.getAttribute("href")).toBe("report");
  expect(tree.querySelectorAll("section.part")).toHaveLength(0);
  expect(texts(tree, "nav a")).toEqual(["Lines and layers", "Evaluation"]);
  const { head, links, sections } = reportMarkup(await renderReport([EVALUATION], []));
  expect(texts(parseMarkup(links), "a")).toEqual([
    "Lines and layers",
    ...texts(parseMarkup(sections), "section > h2"),
  ]);
  expect(head).toContain('class="lead"');
});

it.each([
  [5000, true, /^The evaluation of 5\s000 lines is being computed/],
  [5001, false, /^5\s001 lines are being read/],
])(
  "a page of %i lines that is served asks for its report at once: %s",
  async (lines, isAtOnce, says) => {
    const { page } = await servedPage([{ ...hostileTable(), lines }]);
    const tree = parseMarkup(page);
    expect(texts(tree, "header [role=status]")[0]).toMatch(says);
    expect(tree.querySelector('header a[href="#evaluation"]') === null).toBe(isAtOnce);
    const config = JSON.parse(tree.querySelector("#view-config")?.textContent ?? "");
    expect(config.reportsAtOnce).toBe(isAtOnce);
  },
);
