import { expect, it } from "vitest";
import { choose } from "../../src/adapters/choose-criteria.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { thrown } from "../support/errors.ts";

const TASK = parseTask(
  {
    name: "replies",
    scale: { min: 1, max: 5 },
    criteria: ["tone", "accuracy", "length"].map((name) => ({ name, description: name })),
  },
  {},
);

it("keeps the criteria that are named, in their order, once each", () => {
  const names = choose(TASK, ["length", "tone", "length"]).criteria.map(({ name }) => name);
  expect(names).toEqual(["length", "tone"]);
  expect(choose(TASK, null)).toBe(TASK);
});

it("names the criterion that was most likely meant", async () => {
  const { message } = await thrown(() => choose(TASK, ["acuracy"]), "INVALID_ARGUMENT");
  expect(message).toMatch(/it has tone, accuracy, length\. Did you mean "accuracy"\?/);
  for (const none of [[], "tone" as unknown as string[]]) {
    await thrown(() => choose(TASK, none), "INVALID_ARGUMENT");
  }
});
