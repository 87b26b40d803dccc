import { Command } from "commander";
import { expect, it } from "vitest";
import {
  command,
  commandGroup,
  flag,
  type OptionValues,
  oneOf,
  parsed,
  required,
  text,
} from "../../src/cli/command.ts";
import { wholeNumber } from "../../src/cli/option-values.ts";

const OPTIONS = [
  required(text("-o, --output <file>", "a file")),
  text("--tune-on <data>", "other data"),
  text("-j, --judge <judge>", "a judge", "smollm2"),
  parsed("--max-tokens <n>", "a number", wholeNumber(1)),
  parsed("--folds <n>", "a number with a default", wholeNumber(2), 5),
  oneOf("--figure <name>", "a choice", ["lager", "e-score"]),
  oneOf("--gpu <backend>", "a choice with a default", ["auto", "off"], "auto"),
  flag("--force", "replace it"),
] as const;

type Values = OptionValues<typeof OPTIONS>;

/** Runs a command of these options, and returns what its action was given and its exit code. */
async function run(...words: string[]) {
  const given: { values: readonly unknown[]; options: Values }[] = [];
  const codes: number[] = [];
  const context = {
    signal: new AbortController().signal,
    finish: (code: number) => codes.push(code),
  };
  const example = command({
    name: "example",
    description: "An example.",
    arguments: [["<first>"], ["[second]"]],
    options: OPTIONS,
    async run([first, second], options) {
      given.push({ values: [first, second?.length], options });
      return 7;
    },
  });
  const program = new Command("lager").exitOverride().configureOutput({ writeErr: () => {} });
  commandGroup("group", "A group.", [example])(program, context);
  await program.parseAsync(["group", "example", ...words], { from: "user" });
  return { given, codes };
}

it("an action is given its arguments and options, and its exit code is told", async () => {
  const { given, codes } = await run(
    ...["a", "bcd", "-o", "out", "--tune-on", "x", "--max-tokens", "3", "--figure", "lager"],
    ...["--gpu", "off", "--force"],
  );
  const options: Values = {
    output: "out",
    tuneOn: "x",
    judge: "smollm2",
    maxTokens: 3,
    folds: 5,
    figure: "lager",
    gpu: "off",
    force: true,
  };
  expect(given).toEqual([{ values: ["a", 3], options }]);
  expect(codes).toEqual([7]);
});

it("what may be left out is not there, and defaults are", async () => {
  const { given } = await run("a", "-o", "out");
  const options: Values = { output: "out", judge: "smollm2", folds: 5, gpu: "auto" };
  expect(given).toEqual([{ values: ["a", undefined], options }]);
});

it.each([
  [["a"], /required option '-o, --output <file>'/],
  [["a", "-o", "x", "--gpu", "abacus"], /'abacus' is invalid. Allowed choices are auto, off/],
  [["a", "-o", "x", "--folds", "1"], /whole number from 2/],
])("%j is refused", async (words, message) => {
  await expect(run(...words)).rejects.toThrow(message);
});

it("types of the values follow from the flags", () => {
  const values = { output: "out", judge: "a", folds: 2, gpu: "off" } as const satisfies Values;
  const { output: _, ...lacking } = values;
  const wrong: Values[] = [
    // @ts-expect-error the choice is none of those
    { ...values, gpu: "abacus" },
    // @ts-expect-error a required option is there
    lacking,
    // @ts-expect-error the name is as commander writes it
    { ...values, "tune-on": "x" },
  ];
  expect(wrong).toHaveLength(3);
});
