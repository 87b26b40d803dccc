import { render } from "preact";
import { PART, type ViewConfig } from "../base/view-config.ts";
import { App } from "./app.tsx";
import { sourceOf } from "./source.ts";

// Runs in the page.

/** What a browser that checks kinds of texts wants in place of an address of a script. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}

declare const trustedTypes: TrustedTypes | undefined;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part ${id}`);
  return found;
}

/** The worker's script stands in the page, so that a page from a file has it too. */
function startWorker(): Worker {
  const script = new Blob([element(PART.worker).textContent ?? ""], { type: "text/javascript" });
  const address = URL.createObjectURL(script);
  if (typeof trustedTypes === "undefined") return new Worker(address);
  const policy = trustedTypes.createPolicy("lager-worker", {
    createScriptURL: (own) => {
      if (own !== address) throw new TypeError("only the page's own worker may run");
      return own;
    },
  });
  return new Worker(policy.createScriptURL(address));
}

const config: ViewConfig = JSON.parse(element(PART.config).textContent ?? "");
const root = element(PART.root);
root.replaceChildren();
render(<App config={config} source={sourceOf(config)} worker={startWorker()} />, root);
