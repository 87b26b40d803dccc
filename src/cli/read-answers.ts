import { on } from "node:events";

/** Sent by Ctrl-C and Ctrl-D where a terminal hands over single keys. */
const INTERRUPT = "\x03";
const END = "\x04";

/**
 * What is typed: single keys where `oneKey` says so and standard input is a terminal, otherwise lines.
 * Ends with the input, with Ctrl-D, and with the signal, which Ctrl-C raises.
 */
export async function* readAnswers(oneKey: boolean, signal: AbortSignal): AsyncGenerator<string> {
  const input = process.stdin;
  const raw = oneKey && input.isTTY === true;
  if (raw) input.setRawMode(true);
  let pending = "";
  try {
    const chunks = on(input, "data", { signal, close: ["end", "close"] });
    input.setEncoding("utf8");
    input.resume();
    for await (const [chunk] of chunks as AsyncIterable<[string]>) {
      if (!raw) {
        const lines = `${pending}${chunk}`.split(/\r?\n/);
        pending = lines.pop() ?? "";
        yield* lines.map((line) => line.trim());
        continue;
      }
      if (chunk.includes(INTERRUPT)) process.kill(process.pid, "SIGINT");
      if (chunk.includes(END)) return;
      // Arrows and other keys that send more than themselves.
      if (!chunk.startsWith("\x1b")) yield* chunk;
    }
    if (pending.trim() !== "") yield pending.trim();
  } finally {
    if (raw) input.setRawMode(false);
    input.pause();
  }
}
