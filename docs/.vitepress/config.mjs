import { defineConfig } from "vitepress";

export default defineConfig({
  title: "lager-judge",
  description: "A local LLM judge that reads every layer.",
  lang: "en",
  cleanUrls: false,
  lastUpdated: false,
  // Anchors are GitHub's, so that a link works in both places, and TypeDoc's.
  markdown: { anchor: { slugify: anchorOf } },
  // The reference is one page, so that its contents can be read down and searched.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    // Search runs in the reader's browser, on an index that is part of the site.
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: [
      {
        text: "Start here",
        items: [
          page("Getting started", "getting-started"),
          page("The method", "method"),
          page("Command line", "command-line"),
          page("Library", "library"),
        ],
      },
      {
        text: "Use it",
        items: [
          page("Tasks and prompts", "tasks-and-prompts"),
          page("The run file", "run-file"),
          page("Evaluation", "evaluation"),
          page("Comparing answers", "comparing"),
          page("Gates", "gate"),
          page("Looking at runs", "viewing"),
          page("Your own human scores", "labelling"),
          page("Tuning", "tuning"),
          page("Serving", "serving"),
          page("Several machines", "fleet"),
        ],
      },
      {
        text: "Inside other tools",
        items: [
          page("Overview", "integrations/index"),
          page("promptfoo", "integrations/promptfoo"),
          page("evalite, Braintrust, autoevals", "integrations/scorers"),
          page("vitest", "integrations/vitest"),
          page("Python", "integrations/python"),
          page("Electron", "integrations/electron"),
          page("Tauri", "integrations/tauri"),
        ],
      },
      {
        text: "Rely on it",
        items: [
          page("Reliability", "reliability"),
          page("Performance", "performance"),
          page("GPUs", "gpus"),
          page("Limits", "limits"),
        ],
      },
      {
        text: "Look inside",
        items: [
          page("Architecture", "architecture"),
          page("Kernels", "kernels"),
          page("Measurements", "measurements/index"),
        ],
      },
      // TypeDoc writes it right before the site is built.
      { text: "Reference", items: [page("The library's exports", "reference/index")] },
    ],
  },
});

function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

function page(text, name) {
  return { text, link: `/${name}` };
}
