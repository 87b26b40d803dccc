import { expect, it } from "vitest";
import { adapterParts } from "../../src/adapters/adapter-options.ts";
import { thrown } from "../support/errors.ts";

it("options go to the judge, to its session, or name the task", () => {
  expect(
    adapterParts("a tool", {
      ...{ judge: "a.gguf", task: "summeval", criteria: ["fluency", "fluency"] },
      ...{ threads: 2, isolation: "process", layers: "upper", condition: "direct" },
    }),
  ).toEqual({
    ...{ judge: "a.gguf", task: "summeval", criteria: ["fluency"] },
    settings: { threads: 2, isolation: "process" },
    session: { layers: "upper", condition: "direct" },
  });
});

it("without any, the toy judge scores all of the general task", () => {
  const none = { settings: {}, session: {} };
  expect(adapterParts("a tool", {})).toEqual({
    ...{ judge: "smollm2-135m", task: "general", criteria: undefined },
    ...none,
  });
});

it("a name that there is not is an error that names the nearest", async () => {
  const misspelt = { treads: 2 } as object;
  const misspeltError = await thrown(() => adapterParts("a tool", misspelt), "INVALID_ARGUMENT");
  expect(misspeltError.message).toMatch(/a tool has no option treads: did you mean threads\?/);
  const strange = await thrown(
    () => adapterParts("a tool", { zzz: 1 } as object),
    "INVALID_ARGUMENT",
  );
  expect(strange.message).toMatch(/no option zzz: it has judge, task, criteria, threads, /);
  await thrown(() => adapterParts("a tool", { judge: "" }), "INVALID_ARGUMENT");
  expect(() => adapterParts("a tool", { threshold: 1 } as object, ["threshold"])).not.toThrow();
});
