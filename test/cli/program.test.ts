import { expect, it } from "vitest";
import { makeProgram } from "../../src/cli/program.ts";

const CONTEXT = { signal: new AbortController().signal, finish: () => {} };

it.each([
  [["-V"], 0],
  [["--version"], 0],
  [["tasks", "list"], 1],
])("%j pays for %i commands, as no other is needed", async (args, count) => {
  expect((await makeProgram(args, CONTEXT)).commands).toHaveLength(count);
});

it("the help pays for all", async () => {
  const { commands } = await makeProgram(["--help"], CONTEXT);
  expect(commands.map((each) => each.name())).toEqual(expect.arrayContaining(["score", "view"]));
});
