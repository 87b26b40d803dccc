import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { storedZip } from "./zip.ts";

/** What the fake pip does when it is asked for a wheel. */
export type PipBehaviour = "serve" | "fail" | "hang" | "nothing" | "slow";

export interface PipCall {
  readonly arguments: string[];
  readonly tmpdir: string;
  readonly pid: number;
  readonly folder: string;
  readonly found: string[];
  readonly safePath: string | undefined;
}

/**
 * A program named like Python that stands in for pip: it serves wheels from a folder. It and an
 * empty cache folder take the place of the real ones until {@link dispose}.
 */
export class FakePip {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param program What the program is called: `python3`, `python` or `pip`. */
  static async create(program = "python3"): Promise<FakePip> {
    const folder = await mkdtemp(path.join(tmpdir(), "lager-models-"));
    const fake = new FakePip(folder);
    for (const name of ["bin", "wheels", "home"]) await mkdir(path.join(folder, name));
    const script = path.join(folder, "bin", program);
    await writeFile(script, `#!${process.execPath}\n${SCRIPT}`);
    await chmod(script, 0o755);
    vi.stubEnv("PATH", path.join(folder, "bin"));
    vi.stubEnv("LAGER_HOME", fake.home);
    vi.stubEnv("FAKE_PIP_FOLDER", folder);
    // The variables of whoever runs the tests are not the tests' business.
    for (const name of Object.keys(process.env)) {
      if (/^PIP_/.test(name)) vi.stubEnv(name, undefined);
    }
    await fake.behave("serve");
    // Nothing but what it offers itself.
    await fake.configure("global.no-index='1'");
    return fake;
  }

  /** The cache folder. */
  get home(): string {
    return path.join(this.#folder, "home");
  }

  /** The folder whose programs are found. */
  get bin(): string {
    return path.join(this.#folder, "bin");
  }

  behave(behaviour: PipBehaviour): Promise<void> {
    return writeFile(path.join(this.#folder, "behaviour"), behaviour);
  }

  /** What it says that it is configured with. */
  configure(...lines: readonly string[]): Promise<void> {
    return writeFile(path.join(this.#folder, "configuration"), `${lines.join("\n")}\n`);
  }

  /** Has a wheel served for `name==version`. */
  async offer(requirement: string, entries: Readonly<Record<string, Buffer>>): Promise<number> {
    const bytes = storedZip(entries);
    await writeFile(path.join(this.#folder, "wheels", requirement), bytes);
    return bytes.length;
  }

  /** The calls so far: arguments and TMPDIR, and the folder they ran in with what was in it. */
  async calls(): Promise<PipCall[]> {
    const log = await readFile(path.join(this.#folder, "calls"), "utf8").catch(() => "");
    return log
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** The requirements of the downloads so far. */
  async downloads(): Promise<string[]> {
    const calls = await this.calls();
    return calls
      .filter((call) => call.arguments.includes("download"))
      .map((call) => call.arguments.at(-1) ?? "");
  }

  async dispose(): Promise<void> {
    vi.unstubAllEnvs();
    await rm(this.#folder, { recursive: true });
  }
}

const SCRIPT = `
const fs = require("fs");
const path = require("path");
const folder = process.env.FAKE_PIP_FOLDER;
const call = { arguments: process.argv.slice(2), tmpdir: process.env.TMPDIR, pid: process.pid,
  folder: process.cwd(), found: fs.readdirSync("."), safePath: process.env.PYTHONSAFEPATH };
fs.appendFileSync(path.join(folder, "calls"), JSON.stringify(call) + "\\n");
if (call.arguments.includes("config")) {
  process.stdout.write(fs.readFileSync(path.join(folder, "configuration")));
}
if (call.arguments.includes("download")) {
  const behaviour = fs.readFileSync(path.join(folder, "behaviour"), "utf8");
  const requirement = call.arguments.at(-1);
  const target = call.arguments[call.arguments.indexOf("-d") + 1];
  const serve = () => {
    const wheel = fs.readFileSync(path.join(folder, "wheels", requirement));
    fs.writeFileSync(path.join(target, requirement.replace("==", "-") + "-py3-none-any.whl"), wheel);
  };
  if (behaviour === "fail") {
    console.error("WARNING: a proxy is in the way");
    console.error("ERROR: No matching distribution found for " + requirement);
    process.exit(1);
  } else if (behaviour === "hang") {
    fs.writeFileSync(path.join(process.env.TMPDIR, "growing"), "x".repeat(1000));
    setInterval(() => {}, 1000);
  } else if (behaviour === "slow") {
    fs.mkdirSync(path.join(process.env.TMPDIR, "pip-unpack-1"));
    fs.writeFileSync(path.join(process.env.TMPDIR, "pip-unpack-1", "growing"), "x".repeat(100));
    setTimeout(serve, 700);
  } else if (behaviour === "serve") {
    serve();
  }
}
`;
