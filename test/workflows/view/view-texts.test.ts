import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { viewTexts } from "../../../src/workflows/view/view-texts.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";

const TEXTS = { instruction: "Say hello", response: "hello", reference: "", context: "" };
const LINE = { id: "r0", criterion: "depth" };

it("finds the texts that the run holds, by record and criterion", async () => {
  const scores = madeUpScores(2).map((line) => ({ ...line, texts: TEXTS }));
  const textsOf = viewTexts([await writeRun(MADE_UP_HEADER, ...scores)], {});
  expect(await textsOf(LINE)).toEqual({ found: { texts: TEXTS, state: "same" }, missing: null });
  expect((await textsOf({ ...LINE, id: "nobody" })).found).toBeNull();
});

it("finds those of the data, and says where there are none", async () => {
  const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(2));
  const unknown = await viewTexts([run], {})(LINE);
  expect(unknown.found).toBeNull();
  expect(unknown.missing).toContain("--data");
  const data = path.join(path.dirname(run), "data.jsonl");
  await writeFile(data, `${JSON.stringify({ id: "r0", ...TEXTS })}\n`);
  const { found } = await viewTexts([run], { data })(LINE);
  expect(found).toMatchObject({ texts: { response: "hello" } });
});
