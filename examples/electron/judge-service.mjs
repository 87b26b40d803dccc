// What the judge's process does; nothing of Electron is in here.

/**
 * @typedef {object} Outcome what the library gives of an item and criterion, as far as it is shown
 * @property {"score" | "failure"} kind
 * @property {string | null} criterion
 * @property {number} [score]
 * @property {number} [normalized]
 * @property {readonly string[]} [labels]
 * @property {ArrayLike<number>} [probabilities]
 * @property {string} [code]
 * @property {string} [message]
 *
 * @typedef {object} Judge lager-judge's, as far as it is used
 * @property {(items: any, options: { task: string, signal: AbortSignal }) => AsyncIterable<Outcome>} scoreAll
 */

/**
 * Answers what comes in on a port: `{ id, item, task }` with `{ id, outcomes }` or `{ id, error }`, and
 * `{ cancel: id }` by ending that one. The judge is loaded by the first question, and once more when that
 * failed.
 *
 * @param {{ on(event: "message", listener: (event: { data: any }) => void): unknown,
 *   postMessage(message: unknown): void }} port
 * @param {() => Promise<Judge>} load
 */
export function serveJudge(port, load) {
  /** @type {ReturnType<typeof load> | undefined} */
  let judge;
  /** @type {Map<number, AbortController>} */
  const running = new Map();

  function loaded() {
    const loading = judge ?? load();
    judge = loading;
    loading.catch(() => {
      if (judge === loading) judge = undefined;
    });
    return loading;
  }

  /** @param {{ id: number, item: object, task?: string }} question */
  async function answer({ id, item, task = "general" }) {
    const stop = new AbortController();
    running.set(id, stop);
    try {
      const outcomes = [];
      const { signal } = stop;
      for await (const outcome of (await loaded()).scoreAll([item], { task, signal })) {
        outcomes.push(shown(outcome));
      }
      port.postMessage({ id, outcomes });
    } catch (error) {
      port.postMessage({ id, error: { code: codeOf(error), message: messageOf(error) } });
    } finally {
      running.delete(id);
    }
  }

  port.on("message", ({ data }) => {
    if ("cancel" in data) running.get(data.cancel)?.abort();
    else void answer(data);
  });
}

/**
 * What a window is told of an outcome; the logits of all layers stay here.
 *
 * @param {Outcome} outcome
 */
function shown(outcome) {
  const { kind, criterion, code, message } = outcome;
  if (kind === "failure") return { kind, criterion, code, message };
  const { score, normalized, labels, probabilities } = outcome;
  return { kind, criterion, score, normalized, labels, probabilities };
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : "INTERNAL";
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
