import { cp, mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { loadJudge } from "../../src/judge/judge.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { startNode } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { CLI_JUDGE } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ITEM = { instruction: "What is 2 + 2?", response: "It is 4." };

/** The example as it is, with a stand-in for Electron beside it. */
async function application(): Promise<string> {
  const folder = await scratchFolder();
  const modules = path.join(folder, "node_modules");
  await cp(path.join(ROOT, "examples/electron"), folder, { recursive: true });
  await mkdir(path.join(modules, "electron"), { recursive: true });
  await cp(path.join(ROOT, "test/cli/electron"), path.join(modules, "electron"), {
    recursive: true,
  });
  await cp(
    path.join(modules, "electron/fake-electron.cjs"),
    path.join(modules, "electron/index.js"),
  );
  await symlink(ROOT, path.join(modules, "lager-judge"));
  return folder;
}

it("the example for Electron scores in its utility process, and in a new one after its end", async () => {
  const folder = await application();
  const questions = [
    { item: ITEM },
    { item: { ...ITEM, response: "" } },
    { item: ITEM, kill: true },
  ];
  const env = {
    ANSWERS_JUDGE: tinyGguf(CLI_JUDGE),
    LAGER_TEST_QUESTIONS: JSON.stringify([...questions, { item: ITEM }]),
  };
  const { exitCode, stdout, stderr } = await startNode([path.join(folder, "main.mjs")], {
    cwd: folder,
    env,
  }).end;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [first, empty, killed, again, stranger] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

  await using judge = await loadJudge(tinyGguf(CLI_JUDGE), ON_ONE_THREAD);
  for (const [i, criterion] of ["helpfulness", "accuracy", "coherence"].entries()) {
    const { score, normalized } = await judge.score(ITEM, { task: "general", criterion });
    expect(first.outcomes[i]).toMatchObject({ kind: "score", criterion, score, normalized });
  }
  expect(empty.outcomes).toMatchObject([{ kind: "failure", code: "EMPTY_RESPONSE" }]);
  expect(killed).toMatchObject({ error: { code: "ENGINE_CRASHED" } });
  expect(again).toEqual(first);
  expect(stranger).toEqual({ error: { code: "FORBIDDEN" } });
});
