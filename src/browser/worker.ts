import { LagerError } from "../base/errors.ts";
import type { ToWorker } from "./messages.ts";
import { Work } from "./work.ts";

// Runs in the page's worker.
const work = new Work((message) => self.postMessage(message));

self.addEventListener("message", (event: MessageEvent<ToWorker>) => {
  work.take(event.data).catch((error: unknown) => {
    if (!(error instanceof LagerError)) throw error;
    self.postMessage({ kind: "refused", message: error.message });
  });
});
