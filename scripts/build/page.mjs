// Bundles what runs in the browser, src/browser, into dist/page: the page's script and its worker's.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

await build({
  absWorkingDir: root,
  entryPoints: {
    view: path.join("src", "browser", "main.tsx"),
    "view-worker": path.join("src", "browser", "worker.ts"),
  },
  outdir: path.join("dist", "page"),
  bundle: true,
  minify: true,
  // Both stand in the page as they are, and no request asks for anything beside them.
  format: "iife",
  platform: "browser",
  target: ["chrome111", "firefox114", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "inline",
  logLevel: "warning",
});
