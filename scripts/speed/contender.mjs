import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * One engine in a process of its own, which stays loaded. It is sent a line, works, and answers with
 * a line of JSON; meanwhile no other contender works.
 */
export class Contender {
  #process;
  /** @type {AsyncIterator<string>} */
  #lines;
  #stderr = "";

  /**
   * @param {string} name
   * @param {string} command
   * @param {string[]} words
   * @param {Readonly<Record<string, string>>} env beside this process's own
   */
  constructor(name, command, words, env = {}) {
    this.name = name;
    this.#process = spawn(command, words, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.#process.on("error", (error) => {
      this.#stderr += error.message;
    });
    this.#process.stdin.on("error", () => {}); // its end is seen by whoever waits for the answer
    this.#process.stderr.on("data", (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-4000);
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** What the process prints once it is ready. */
  ready() {
    return this.#answer();
  }

  /** @param {string} line */
  async ask(line) {
    this.#process.stdin.write(`${line}\n`);
    return this.#answer();
  }

  async end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill(), 10_000);
    await exited;
    clearTimeout(timer);
  }

  async #failure() {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) await once(this.#process, "close");
    const how = this.#process.signalCode ?? `exit code ${this.#process.exitCode}`;
    return new Error(`${this.name} ended (${how}): ${this.#stderr.trim() || "it said nothing"}`);
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done) throw await this.#failure();
    try {
      return JSON.parse(value);
    } catch {
      throw new Error(`${this.name} answered ${JSON.stringify(value)}`);
    }
  }
}
