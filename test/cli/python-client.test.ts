import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startProcess } from "../support/run-process.ts";

const PYTHON = fileURLToPath(new URL("../../python", import.meta.url));

it("the Python client speaks as the recorded conversation with the server does", async () => {
  const args = ["-W", "error", "-m", "unittest", "discover", "-s", "tests"];
  const env = { PYTHONPATH: "src", PYTHONDONTWRITEBYTECODE: "1" };
  const tests = startProcess("python3", args, { cwd: PYTHON, env });
  const { exitCode, stderr } = await tests.end;
  expect(stderr).toMatch(/^Ran [1-9]\d* tests/m);
  expect(stderr).toMatch(/^OK$/m);
  expect(exitCode).toBe(0);
});
