import { render } from "preact";
import { PART, type ViewConfig } from "../base/view-config.ts";
import { App } from "./app.tsx";
import { partOfPage } from "./part-of-page.ts";
import { sourceOf } from "./source.ts";
import { startWorkers } from "./start-workers.ts";

// Runs in the page.
const config: ViewConfig = JSON.parse(partOfPage(PART.config).textContent);
const root = partOfPage(PART.root);
root.replaceChildren();
render(<App config={config} source={sourceOf(config)} worker={startWorkers()} />, root);
