// Has an engine in a process of its own, says which one, and is idle, captures or loads until it is killed; or
// leaves the engine alone and comes to its end.
import { openHost } from "../../../dist/engine/native/engine-host.js";
import { JudgeEngine } from "../../../dist/engine/native/judge-engine.js";
import { file, labels, prompt } from "./engine.mjs";

const when = process.argv[3];
const host = openHost({ isolation: "process" });
if (when === "loading") process.stdout.write(`${host.pid}`);
const engine = await JudgeEngine.loadOn(host, file, { gpu: "off", threads: 1 });
await engine.capture(prompt(50), labels);
if (when !== "loading") process.stdout.write(`${host.pid}`);
if (when === "capturing") {
  for (;;) await engine.capture(prompt(4000), labels, { fresh: true });
}
if (when !== "left alone") setInterval(() => {}, 1000);
