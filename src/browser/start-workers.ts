import { PART } from "../base/view-config.ts";
import { partOfPage } from "./part-of-page.ts";
import { trustedPolicy } from "./trusted-policy.ts";

/** What each worker is told before anything else: who helps, or whom to help. */
export type ToTeam =
  | { readonly kind: "team"; readonly ports: readonly MessagePort[] }
  | { readonly kind: "help"; readonly port: MessagePort };

/** More help hardly, and each takes some megabytes. */
const MOST_WORKERS = 4;

/**
 * Starts a worker for each processor: the first, which the page talks to, and others that help it. Their
 * script stands in the page, so that a page from a file has it too.
 */
export function startWorkers(): Worker {
  const script = new Blob([partOfPage(PART.worker).textContent], { type: "text/javascript" });
  const address = URL.createObjectURL(script);
  const make = workerMaker(address);
  const first = make();
  const count = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency));
  const ports = Array.from({ length: count - 1 }, () => {
    const helper = make();
    const { port1, port2 } = new MessageChannel();
    helper.postMessage({ kind: "help", port: port2 } satisfies ToTeam, [port2]);
    // What goes wrong there is said where the page listens.
    helper.addEventListener("error", ({ message }) =>
      first.dispatchEvent(new ErrorEvent("error", { message })),
    );
    return port1;
  });
  first.postMessage({ kind: "team", ports } satisfies ToTeam, ports);
  return first;
}

function workerMaker(address: string): () => Worker {
  const policy = trustedPolicy("lager-worker", {
    createScriptURL: (own: string) => {
      if (own !== address) throw new TypeError("only the page's own worker may run");
      return own;
    },
  });
  return () => new Worker(policy.createScriptURL(address));
}
