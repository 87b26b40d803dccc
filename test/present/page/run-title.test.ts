import { expect, it } from "vitest";
import { judgeName, pageTitle, runHeading } from "../../../src/present/page/run-title.ts";

it.each([
  ["smollm2-135m", "smollm2-135m"],
  ["/judges/own.gguf", "own.gguf"],
  ["C:\\judges\\own.gguf", "own.gguf"],
  ["hf:someone/judges/own.gguf", "own.gguf"],
])("a judge is named by the last part of %s", (name, shown) => {
  expect(judgeName({ task: "tone", judge: { name } })).toBe(shown);
});

it("a page is called by its run, or by how many it has; a task's name stays text", () => {
  const run = { task: "<b>", judge: { name: "own.gguf" } };
  expect(pageTitle([run])).toBe("<b>, judged by own.gguf");
  expect(pageTitle([run, run])).toBe("2 runs");
  expect(runHeading(run, "run-2-").markup).toContain('<h1 id="run-2-title">&lt;b&gt; ');
});
