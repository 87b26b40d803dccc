import { expect, it } from "vitest";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { headerWithInput } from "../../src/run/line-texts.ts";
import { MACHINE_FACTS } from "../../src/run/run-format.ts";
import { MADE_UP_HEADER, madeUpScores } from "../fixtures/made-up-run.ts";
import { readPage } from "./pages.ts";

const [header, lines] = readPage("docs/run-file.md").blocks.filter(
  ({ language }) => language === "json",
);

it("the header that is shown has the fields of a run's header", () => {
  const shown = JSON.parse(header?.text ?? "");
  const made = headerWithInput(MADE_UP_HEADER, "answers.jsonl", null);
  expect(Object.keys(shown)).toEqual(Object.keys(made));
  expect(shown.schema).toBe(MADE_UP_HEADER.schema);
  expect(Object.keys(shown.judge)).toEqual(Object.keys(MADE_UP_HEADER.judge));
  expect(Object.keys(shown.machine)).toEqual(Object.keys(MACHINE_FACTS));
});

it("the score line that is shown has the fields of a run's line, in their order", () => {
  const [score, failure] = (lines?.text ?? "").split(/\n(?=\{)/).map((text) => JSON.parse(text));
  const [made] = madeUpScores(1);
  if (made === undefined) throw new Error("no score was made up");
  const whole = {
    ...made,
    inputHash: "5be1c70a…",
    human: 4,
    responseLength: 84,
    systemId: "b",
    group: "3f0c…",
  };
  expect(Object.keys(score)).toEqual(Object.keys(JSON.parse(formatRunLine(whole))));
  expect(Object.keys(failure)).toEqual(["kind", "id", "criterion", "code", "message", "inputHash"]);
});
