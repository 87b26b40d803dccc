// A machine of the tests, which one record kills: `node worker-process.mjs '{"run", "folder", …}'`.
import { rm, writeFile } from "node:fs/promises";
import { pieceName, RunFolder } from "../../../dist/workflows/fleet/run-folder.js";
import { workOnRun } from "../../../dist/workflows/fleet/work-on-run.js";

const { run, folder: path, header, shards, queue } = JSON.parse(process.argv[2] ?? "{}");
const folder = new RunFolder(path);

/** @param {import("../../../dist/workflows/fleet/run-folder.js").Piece} piece */
async function keep(piece, text = pieceName(piece)) {
  const temporary = await folder.temporaryPart(piece);
  await writeFile(temporary, `${header}\n${text}\n`);
  await folder.keep(piece, temporary);
  await rm(temporary);
}

await workOnRun(run, folder, shards, {
  queue,
  signal: new AbortController().signal,
  lockMs: 500,
  pollMs: 50,
  async score(piece) {
    if (piece.shard === 1 && piece.from <= 1 && piece.to > 1) process.kill(process.pid, "SIGKILL");
    await keep(piece);
  },
  giveUp: (piece, reason) => keep(piece, `"code":"WORKER_DIED" ${reason}`),
});
// A timer that is left would keep the process when its work is done.
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
if (timers.length > 0) throw new Error(`${timers.length} timers are left`);
