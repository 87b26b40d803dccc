// Ends the process with an engine that nobody disposed: idle, or in the middle of a capture.
import { file, labels, load, prompt } from "./engine.mjs";

const when = process.argv[3];
const engine = await load(file);
if (when === "capturing") {
  engine.capture(prompt(4000), labels).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.exit(7);
}
if (when === "loading") {
  load(file).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.exit(7);
}
await engine.capture(prompt(50), labels);
process.exitCode = 7;
