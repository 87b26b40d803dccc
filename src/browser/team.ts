import type { RunAgreement, ScopeAgreement } from "../analysis/eval/layer-agreement.ts";
import type { RunTable } from "../run/run-table.ts";
import type { NodeLogits } from "../scoring/distribution/node-logits.ts";
import type { Ask } from "./questions.ts";
import type { LayerRequest, LineLayers } from "./run-share.ts";

/**
 * The workers of the page: each holds as many lines of a run as the others, and scores them. The figures
 * do not depend on how many there are.
 */
export class Team {
  readonly #own: Ask;
  readonly #others: Ask[] = [];
  /** Of each run the first line that each worker holds, and the number of all lines behind the last. */
  readonly #bounds = new Map<number, readonly number[]>();

  /** @param own Asks the worker that asks the others, and is kept busy while it answers. */
  constructor(own: Ask) {
    this.#own = own;
  }

  /** Before any run is loaded. */
  add(other: Ask): void {
    this.#others.push(other);
  }

  /** Deals a run out. */
  load(run: number, { nodes, ...facts }: RunTable): void {
    const count = this.#asks().length;
    const bounds = Array.from({ length: count + 1 }, (_, i) =>
      Math.floor((i * facts.lines) / count),
    );
    this.#bounds.set(run, bounds);
    for (const [i, ask] of this.#asks().entries()) {
      const [from = 0, to = 0] = [bounds[i], bounds[i + 1]];
      const own = nodes.map((node) => linesOf(node, from, to, facts));
      const buffers = own.flatMap(({ normed, raw }) => [normed.buffer, raw.buffer]);
      const held = { facts, from, lines: to - from, nodes: own };
      void ask({ kind: "hold", run, ...held }, [...new Set(buffers)] as ArrayBuffer[]);
    }
  }

  /** Deals out logits without the final norm. @param nodes with them, of all lines. */
  addRaw(
    run: number,
    { nodes, lines, header }: Pick<RunTable, "nodes" | "lines" | "header">,
  ): void {
    const bounds = this.#bounds.get(run) ?? [];
    for (const [i, ask] of this.#asks().entries()) {
      const [from = 0, to = 0] = [bounds[i], bounds[i + 1]];
      const raw = nodes.map((node) => linesOf(node, from, to, { lines, header }).raw);
      void ask({ kind: "raw", run, raw }, raw.map(({ buffer }) => buffer) as ArrayBuffer[]);
    }
  }

  /** Has everybody know human scores of some lines. */
  changeHuman(run: number, lines: readonly number[], human: readonly number[]): void {
    for (const ask of this.#asks()) void ask({ kind: "human", run, lines, human });
  }

  /** The score of every line. @throws as `RunShare.scores`. */
  async scores(run: number, layers: LayerRequest): Promise<Float64Array> {
    const bounds = this.#bounds.get(run) ?? [];
    const parts = await Promise.all(this.#asks().map((ask) => ask({ kind: "score", run, layers })));
    const scores = new Float64Array(bounds.at(-1) ?? 0);
    for (const [i, part] of parts.entries()) scores.set(part, bounds[i]);
    return scores;
  }

  line(run: number, line: number, layers: LayerRequest): Promise<LineLayers> {
    const bounds = this.#bounds.get(run) ?? [];
    const holder = bounds.findLastIndex((from, i) => i < bounds.length - 1 && from <= line);
    const ask = this.#asks()[holder] ?? this.#own;
    return ask({ kind: "line", run, line, layers });
  }

  /**
   * Compares the scores with people: whoever is free takes the next scope.
   *
   * @param scopes Their number.
   * @param isWanted Asked between scopes; where it is not, null comes back.
   */
  async agreement(
    run: number,
    scores: Float64Array,
    scopes: number,
    isWanted: () => boolean,
  ): Promise<RunAgreement | null> {
    const found: ScopeAgreement[] = [];
    // The scope of all lines, which is the last, takes longest, and is begun first.
    let next = scopes;
    await Promise.all(
      this.#asks().map(async (ask) => {
        while (next > 0 && isWanted()) {
          const scope = --next;
          found[scope] = await ask({ kind: "agreement", run, scope, scores });
          // What has come meanwhile comes first.
          if (ask === this.#own) await new Promise((resolve) => setTimeout(resolve));
        }
      }),
    );
    return isWanted() ? this.#own({ kind: "together", run, scopes: found }) : null;
  }

  /** The others come first: they are at work when this one begins. */
  #asks(): readonly Ask[] {
    return [...this.#others, this.#own];
  }
}

/** A node's columns at some lines, as a copy. */
function linesOf(
  node: NodeLogits,
  from: number,
  to: number,
  { lines, header }: Pick<RunTable, "lines" | "header">,
): NodeLogits {
  const width = (header.judge.layers + 1) * node.outcomes.length;
  const cut = (column: Float32Array): Float32Array => {
    if (column.length === 0) return column.slice();
    if (column.length !== lines * width)
      throw new Error("a column of logits is not that of the run");
    return column.slice(from * width, to * width);
  };
  const { question } = node;
  return {
    ...node,
    ...(question !== undefined && {
      question: { ...question, shares: question.shares.slice(from, to) },
    }),
    normed: cut(node.normed),
    raw: cut(node.raw),
  };
}
