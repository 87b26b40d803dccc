import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readRunTable } from "../../../src/run/read-run-table.ts";
import { textsOfLine } from "../../../src/run/table-texts.ts";
import { ViewTexts } from "../../../src/workflows/view/view-texts.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";

const TEXTS = { instruction: "Say hello", response: "hello", reference: "", context: "" };

/** The texts of a run file. */
async function textsOf(run: string, data?: string) {
  const texts = new ViewTexts({ data });
  const table = await readRunTable([run], { onLine: (line, file) => texts.note(line, file) });
  return texts.of(table);
}

it("finds the texts that the run holds, by record and line", async () => {
  const scores = madeUpScores(2).map((line) => ({ ...line, texts: TEXTS }));
  const found = await textsOf(await writeRun(MADE_UP_HEADER, ...scores));
  expect(found).toEqual({ texts: [TEXTS, TEXTS], states: "ssss", missing: null });
  expect(textsOfLine(found, 1, 0)).toEqual({
    found: { texts: TEXTS, state: "same" },
    missing: null,
  });
});

it("finds those of the data, and says where there are none", async () => {
  const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(2));
  const unknown = await textsOf(run);
  expect(unknown).toMatchObject({ texts: [null, null], states: "----" });
  expect(textsOfLine(unknown, 0, 0).missing).toContain("--data");
  const data = path.join(path.dirname(run), "data.jsonl");
  await writeFile(data, `${JSON.stringify({ id: "r0", ...TEXTS })}\n`);
  const found = await textsOf(run, data);
  expect(found).toMatchObject({ texts: [TEXTS, null], states: "uu--" });
  expect(textsOfLine(found, 0, 0).found).toEqual({ texts: TEXTS, state: "unknown" });
  expect(textsOfLine(found, 2, 1)).toEqual({ found: null, missing: found.missing });
});

it.each([
  ["nothing", {}, false],
  ["the prompt", { prompt: "Judge this." }, true],
  ["what the judge wrote", { generated: "2", generatedTokens: 1 }, true],
])("knows whether lines have texts of their own: %s", async (_, own, expected) => {
  const run = await writeRun(
    MADE_UP_HEADER,
    ...madeUpScores(1).map((line) => ({ ...line, ...own })),
  );
  const texts = new ViewTexts({});
  await readRunTable([run], { onLine: (line, file) => texts.note(line, file) });
  expect(texts.hasPrompts).toBe(expected);
});
