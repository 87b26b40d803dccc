// The main process's side of the judge; nothing of Electron is in here.

/**
 * @typedef {object} Child Electron's UtilityProcess, as far as it is used
 * @property {(message: unknown) => void} postMessage
 * @property {(event: "message" | "exit", listener: (value: any) => void) => unknown} on
 * @property {() => boolean} kill
 */

/** A judge in a process of its own, which the first question starts, and the next one when it has ended. */
export class JudgeClient {
  /** @type {() => Child} */
  #start;
  /** @type {Child | null} */
  #child = null;
  /** @type {Map<number, { resolve(value: any): void, reject(error: Error): void }>} */
  #waiting = new Map();
  #lastId = 0;

  /** @param {() => Child} start starts the judge's process */
  constructor(start) {
    this.#start = start;
  }

  /**
   * The scores of an answer on the criteria of a task.
   *
   * @param {{ instruction?: string, response: string, reference?: string, context?: string }} item
   * @param {{ task?: string, signal?: AbortSignal }} [options]
   * @returns {Promise<object[]>} one outcome for each criterion
   * @throws Error with a `code`: those of lager-judge, and `ENGINE_CRASHED` where the process ended
   */
  async score(item, { task, signal } = {}) {
    signal?.throwIfAborted();
    const child = this.#running();
    const id = ++this.#lastId;
    const cancel = () => child.postMessage({ cancel: id });
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        child.postMessage({ id, item, ...(task !== undefined && { task }) });
      });
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Ends the judge's process; questions under way fail. */
  stop() {
    this.#child?.kill();
  }

  #running() {
    if (this.#child !== null) return this.#child;
    const child = this.#start();
    this.#child = child;
    child.on("message", ({ id, outcomes, error }) => {
      if (error === undefined) this.#waiting.get(id)?.resolve(outcomes);
      else this.#waiting.get(id)?.reject(failure(error.code, error.message));
    });
    child.on("exit", (code) => {
      if (this.#child === child) this.#child = null;
      const ended = failure("ENGINE_CRASHED", `the judge's process ended with exit code ${code}`);
      for (const { reject } of this.#waiting.values()) reject(ended);
    });
    return child;
  }
}

/**
 * @param {string} code
 * @param {string} message
 */
function failure(code, message) {
  return Object.assign(new Error(message), { code });
}
