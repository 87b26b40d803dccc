import { expect, it } from "vitest";
import { ignoresRunAsNode, isUtilityProcess } from "../../../src/engine/process/electron.ts";

const ELECTRON = { versions: { node: "24", electron: "45" }, env: {} };
const AS_NODE = { ELECTRON_RUN_AS_NODE: "1" };

it("a utility process is Electron's alone, and not each of its processes", () => {
  expect(isUtilityProcess({ ...ELECTRON, type: "utility" })).toBe(true);
  expect(isUtilityProcess({ ...ELECTRON, type: "browser" })).toBe(false);
  expect(isUtilityProcess(ELECTRON)).toBe(false);
  expect(isUtilityProcess({ versions: { node: "20" }, env: {}, type: "utility" })).toBe(false);
  expect(isUtilityProcess()).toBe(false);
});

it("a program that was to run as Node and runs as itself ignores that", () => {
  expect(ignoresRunAsNode({ ...ELECTRON, type: "browser", env: AS_NODE })).toBe(true);
  expect(ignoresRunAsNode({ ...ELECTRON, type: "browser" })).toBe(false);
  expect(ignoresRunAsNode({ ...ELECTRON, env: AS_NODE })).toBe(false);
  expect(ignoresRunAsNode({ versions: { node: "20" }, env: AS_NODE })).toBe(false);
});
