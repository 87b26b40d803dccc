import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { judgeOption } from "../../src/cli/judge-options.ts";
import { applySettings, findSettings, type Settings } from "../../src/cli/settings.ts";
import { rejection, thrown } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

async function settingsOf(text: string): Promise<Settings | null> {
  const folder = await scratchFolder();
  await writeFile(path.join(folder, "lager.yaml"), text);
  const below = path.join(folder, "a/b");
  await mkdir(below, { recursive: true });
  return findSettings(below);
}

/** A command that scores, with what the command line says. */
function commandWith(...args: string[]): Command {
  const command = new Command()
    .option("--judge <judge>", "", "default")
    .option("--task <task>")
    .option("--layers <set>")
    .option("--weights <file>")
    .addOption(judgeOption("gpu").option)
    .addOption(judgeOption("threads").option);
  return command.parse(args, { from: "user" });
}

describe("lager.yaml", () => {
  it("holds in its folder and below, and its paths are its own", async () => {
    const settings = await settingsOf("judge: models/tiny.gguf\ntask: task.yaml\nthreads: 3\n");
    const folder = path.dirname(settings?.file ?? "");
    expect(settings?.values).toEqual({
      judge: path.join(folder, "models/tiny.gguf"),
      task: path.join(folder, "task.yaml"),
      threads: "3",
    });
    expect((await settingsOf("judge: smollm2-135m\ntask: general\n"))?.values).toEqual({
      judge: "smollm2-135m",
      task: "general",
    });
  });

  it("may be empty, and need not be there", async () => {
    expect((await settingsOf("# nothing\n"))?.values).toEqual({});
    expect(await findSettings(await scratchFolder())).toBeNull();
  });

  it.each([
    ["an unknown key", "judge: x\njudges: y\n", "judges", 2],
    ["a value that is no text", "judge: [x]\n", "judge", 1],
    ["a list", "- judge\n", undefined, 1],
  ])("%s is an error with its line", async (_, text, field, line) => {
    const { place } = await rejection(settingsOf(text), "INVALID_ARGUMENT");
    expect(place).toMatchObject({ line, ...(field !== undefined && { field }) });
  });

  it("that is broken YAML is an error with its line", async () => {
    const { place } = await rejection(settingsOf("judge: x\n\tgpu: off\n"), "INVALID_ARGUMENT");
    expect(place.line).toBe(2);
  });
});

describe("settings", () => {
  const settings: Settings = {
    file: "lager.yaml",
    values: { judge: "tiny", layers: "all", gpu: "off", threads: "2" },
  };

  it("stand for options that the command line leaves out, checked as these are", () => {
    const command = commandWith();
    expect(applySettings(command, settings)).toEqual(["judge", "layers", "gpu", "threads"]);
    expect(command.opts()).toMatchObject({ judge: "tiny", layers: "all", gpu: "off", threads: 2 });
  });

  it("give way to the command line", () => {
    const command = commandWith("--judge", "other", "--threads", "7");
    expect(applySettings(command, settings)).toEqual(["layers", "gpu"]);
    expect(command.opts()).toMatchObject({ judge: "other", threads: 7 });
  });

  it("leave the layers to learned weights", () => {
    expect(applySettings(commandWith("--weights", "w.json"), settings)).not.toContain("layers");
  });

  it("are nothing for a command that loads no judge", () => {
    const command = new Command().option("--layers <set>").parse([], { from: "user" });
    expect(applySettings(command, settings)).toEqual([]);
  });

  it("with a value that the option does not take are an error with file and key", async () => {
    const wrong = { file: "lager.yaml", values: { threads: "many" } };
    const error = await thrown(() => applySettings(commandWith(), wrong), "INVALID_ARGUMENT");
    expect(error.place).toMatchObject({ file: "lager.yaml", field: "threads" });
  });
});
