import { expect, it } from "vitest";
import { childEnvironment } from "../../../src/engine/process/child-environment.ts";

const PARENT = { PATH: "/bin", NODE_OPTIONS: "--inspect" };

it("is the parent's, without its options for Node", () => {
  expect(childEnvironment(PARENT, { node: "20" })).toEqual({
    ...{ PATH: "/bin", GGML_NO_BACKTRACE: "1", ELECTRON_RUN_AS_NODE: "1" },
  });
});

it("has those options where Yarn finds packages by them", () => {
  expect(childEnvironment(PARENT, { node: "20", pnp: "3" })).toMatchObject(PARENT);
  expect(childEnvironment({}, { pnp: "3" })).not.toHaveProperty("NODE_OPTIONS");
});

it("leaves ggml's backtraces to a parent that asks for them", () => {
  const parent = { GGML_NO_BACKTRACE: "0" };
  expect(childEnvironment(parent, {})).toMatchObject(parent);
});
