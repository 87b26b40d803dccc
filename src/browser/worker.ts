import { errorMessage } from "../base/errors.ts";
import type { ToWorker } from "./messages.ts";
import { Answerer, answerAt, askThere, type Wire } from "./questions.ts";
import type { ToTeam } from "./start-workers.ts";
import { Work } from "./work.ts";

// Runs in each of the page's workers: in the first, which the page talks to, and in those that help it.
const work = new Work((message) => self.postMessage(message));

self.addEventListener("message", ({ data }: MessageEvent<ToWorker | ToTeam>) => {
  switch (data.kind) {
    case "team":
      for (const port of data.ports) work.add(askThere(wireOf(port)));
      return;
    case "help":
      answerAt(wireOf(data.port), new Answerer());
      return;
    default:
      work.take(data).catch((error: unknown) => {
        self.postMessage({ kind: "refused", message: errorMessage(error) });
      });
  }
});

function wireOf(port: MessagePort): Wire {
  return {
    send: (message, transfer) => port.postMessage(message, [...transfer]),
    listen(take) {
      port.onmessage = ({ data }) => take(data as never);
    },
  };
}
