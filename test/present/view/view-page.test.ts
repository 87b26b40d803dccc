import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { partOfRun } from "../../../src/base/view-config.ts";
import { embeddedPage, servedPage } from "../../../src/present/view/view-page.ts";
import { tableFromBlocks } from "../../../src/run/table-columns.ts";
import { madeUpTable } from "../../fixtures/made-up-run.ts";

const HOSTILE = '</script><script>document.title="broken out"</script><!-- <b>&"\'';

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

async function embedded(): Promise<string> {
  let page = "";
  for await (const part of embeddedPage([hostileTable()])) page += part;
  return page;
}

it.each([
  ["served", async () => (await servedPage([hostileTable()])).page],
  ["written", embedded],
])("the page that is %s runs its own script alone, whatever the run holds", async (_, make) => {
  const page = await make();
  const { document } = parseHTML(page);
  const run = [...document.querySelectorAll("script")].filter(
    ({ type }) => type !== "application/json" && type !== "text/plain",
  );
  expect(run).toHaveLength(1);
  const policy = document.querySelector("meta[http-equiv]")?.getAttribute("content") ?? "";
  const hash = createHash("sha256")
    .update(run[0]?.textContent ?? "")
    .digest("base64");
  expect(policy).toContain(`script-src 'sha256-${hash}'`);
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
