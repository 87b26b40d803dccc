import { fileURLToPath } from "node:url";

/**
 * The package's folder. `src/base` and `dist/base` lie equally deep, so that one path serves the
 * sources and what is built of them; no other file reckons with its own depth.
 */
const PACKAGE = new URL("../../", import.meta.url);

/** The package's own description, for its version. */
export const PACKAGE_JSON = fileURLToPath(new URL("package.json", PACKAGE));

/** Built-in tasks, one YAML file each. */
export const TASKS_FOLDER = fileURLToPath(new URL("data/tasks/", PACKAGE));

/** What `lager init` begins a folder with. */
export const INIT_FOLDER = fileURLToPath(new URL("data/init/", PACKAGE));

/** What the scripts of `lager completion` have in them whatever the commands are. */
export const COMPLETION_FOLDER = fileURLToPath(new URL("data/completion/", PACKAGE));

/** JSON Schemas of what people and programs write and read. */
export const SCHEMAS_FOLDER = fileURLToPath(new URL("data/schemas/", PACKAGE));

/** What pages are made of beside their text: style sheets, and the report's script. */
export const PAGE_FOLDER = fileURLToPath(new URL("data/page/", PACKAGE));

/** What runs in the page of `lager view`, built of src/browser: the page's script and its worker's. */
export const VIEW_FOLDER = fileURLToPath(new URL("dist/page/", PACKAGE));

/** The bundled examples: small tasks and data. */
export const EXAMPLES_FOLDER = fileURLToPath(new URL("examples/", PACKAGE));

/**
 * What runs in the engine's process. Node must be able to run it as it is, so that sources that a test
 * runs start what was built of them.
 */
export const ENGINE_CHILD = fileURLToPath(new URL("dist/engine/process/child.js", PACKAGE));
