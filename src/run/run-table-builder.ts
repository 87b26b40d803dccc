import { LagerError } from "../base/errors.ts";
import type { Failure } from "../input/dataset/failure.ts";
import type { LabelNode } from "../input/tokens/label-tree.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import { GrowingColumn } from "./growing-column.ts";
import type { RunHeader } from "./run-format.ts";
import { runNodes } from "./run-nodes.ts";
import type { RunTable, RunTableFailure } from "./run-table.ts";

interface GrowingNode {
  readonly node: LabelNode;
  /** Of a checklist: which question it is of, and its shares; see `NodeQuestion`. */
  readonly question: {
    readonly number: number;
    readonly shares: GrowingColumn<Float64Array>;
  } | null;
  readonly normed: GrowingColumn<Float32Array>;
  readonly raw: GrowingColumn<Float32Array>;
}

/** Puts the lines of a run into columns, one after the other. */
export class RunTableBuilder {
  readonly #files: readonly string[];
  readonly #header: RunHeader;
  readonly #criteria: IndexedNames;
  readonly #records = new IndexedNames([]);
  readonly #recordOf = new GrowingColumn(ints);
  readonly #criterionOf = new GrowingColumn(ints);
  readonly #human = new GrowingColumn(doubles);
  readonly #promptTokensOf = new GrowingColumn(ints);
  readonly #responseLength = new GrowingColumn(doubles);
  readonly #systems = new IndexedNames([]);
  readonly #systemOf = new GrowingColumn(ints);
  readonly #groups = new IndexedNames([]);
  readonly #groupNames: (string | null)[] = [];
  readonly #groupOf = new GrowingColumn(ints);
  readonly #fileOf = new GrowingColumn(ints);
  readonly #hiddenRowOf = new GrowingColumn(ints);
  readonly #scoreMass = new GrowingColumn(floats);
  readonly #nodes: readonly GrowingNode[];
  /** Of each criterion, the records that were scored on it. */
  readonly #scored: Set<number>[] = [];
  readonly #failures: RunTableFailure[] = [];
  #promptTokens = 0;
  #reusedTokens = 0;

  constructor(files: readonly string[], header: RunHeader) {
    this.#files = files;
    this.#header = header;
    this.#criteria = new IndexedNames(header.task.criteria.map(({ name }) => name));
    this.#nodes = growingNodes(header);
  }

  /** @throws LagerError `INVALID_RUN` when the item was scored on the criterion already. */
  add(line: Outcome, file: string): void {
    if (line.kind === "score") this.#addScore(line, file);
    else this.#addFailure(line);
  }

  finish(): RunTable {
    return {
      files: this.#files,
      header: this.#header,
      criteria: this.#criteria.names,
      records: this.#records.names,
      lines: this.#recordOf.rows,
      recordOf: this.#recordOf.finish(),
      criterionOf: this.#criterionOf.finish(),
      human: this.#human.finish(),
      promptTokensOf: this.#promptTokensOf.finish(),
      responseLength: this.#responseLength.finish(),
      systems: this.#systems.names,
      systemOf: this.#systemOf.finish(),
      groupCount: this.#groups.names.length,
      groupNames: this.#groupNames,
      groupOf: this.#groupOf.finish(),
      fileOf: this.#fileOf.finish(),
      hiddenRowOf: this.#hiddenRowOf.finish(),
      scoreMass: this.#scoreMass.finish(),
      nodes: this.#nodes.map(({ node, question, normed, raw }) => ({
        ...node,
        ...(question !== null && {
          question: { number: question.number, shares: question.shares.finish() },
        }),
        normed: normed.finish(),
        raw: raw.finish(),
      })),
      failures: this.#failures.filter(
        ({ record, criterion }) => criterion === null || !this.#isScored(record, criterion),
      ),
      promptTokens: this.#promptTokens,
      reusedTokens: this.#reusedTokens,
    };
  }

  #addScore(line: Score, file: string): void {
    const record = this.#records.index(line.id);
    const criterion = this.#criteria.index(line.criterion);
    if (this.#isScored(record, criterion)) {
      throw new LagerError(
        "INVALID_RUN",
        `the item is scored twice on the criterion ${JSON.stringify(line.criterion)}: give each ` +
          "part of a run once; two sets of answers are compared by lager compare",
        { place: { file, record: line.id } },
      );
    }
    this.#scoredOn(criterion).add(record);
    this.#recordOf.push(record);
    this.#criterionOf.push(criterion);
    this.#human.push(line.human ?? Number.NaN);
    this.#promptTokensOf.push(line.promptTokens);
    this.#responseLength.push(line.responseLength ?? Number.NaN);
    this.#systemOf.push(line.systemId === undefined ? -1 : this.#systems.index(line.systemId));
    const key = line.group === undefined ? `record ${line.id}` : `group ${line.group}`;
    const group = this.#groups.index(key);
    this.#groupNames[group] = line.group ?? null;
    this.#groupOf.push(group);
    this.#fileOf.push(this.#files.indexOf(file));
    this.#hiddenRowOf.push(line.hiddenRow ?? -1);
    this.#scoreMass.push(line.scoreMass);
    this.#promptTokens += line.promptTokens;
    this.#reusedTokens += line.reusedTokens;
    for (const [i, { question, normed, raw }] of this.#nodes.entries()) {
      const own = line.nodes[i];
      // A criterion with fewer questions than others has rows of zeros for those that it has not.
      const [normedRow, rawRow] = [normed.addRow(), raw.addRow()];
      if (own !== undefined) {
        normedRow.set(own.normed);
        rawRow.set(own.raw);
      }
      question?.shares.push(own?.question?.shares[0] ?? 0);
    }
  }

  #addFailure(line: Failure): void {
    this.#failures.push({
      record: this.#records.index(line.id),
      criterion: line.criterion === null ? null : this.#criteria.index(line.criterion),
      code: line.code,
    });
  }

  #scoredOn(criterion: number): Set<number> {
    const scored = this.#scored[criterion] ?? new Set();
    this.#scored[criterion] = scored;
    return scored;
  }

  #isScored(record: number, criterion: number): boolean {
    return this.#scored[criterion]?.has(record) === true;
  }
}

/** Distinct names, each with its place in the order in which they came. */
class IndexedNames {
  readonly names: string[];
  readonly #indices: Map<string, number>;

  constructor(names: readonly string[]) {
    this.names = [...names];
    this.#indices = new Map(names.map((name, index) => [name, index]));
  }

  index(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const index = this.names.length;
    this.names.push(name);
    this.#indices.set(name, index);
    return index;
  }
}

function growingNodes(header: RunHeader): GrowingNode[] {
  const rows = header.judge.layers + 1;
  const { nodes, mostQuestions } = runNodes(header);
  return Array.from({ length: mostQuestions ?? 1 }, (_, number) =>
    nodes.map((node) => ({
      node,
      question: mostQuestions === null ? null : { number, shares: new GrowingColumn(doubles) },
      normed: new GrowingColumn(floats, rows * node.outcomes.length),
      raw: new GrowingColumn(floats, rows * node.outcomes.length),
    })),
  ).flat();
}

function ints(length: number): Int32Array {
  return new Int32Array(length);
}

function floats(length: number): Float32Array {
  return new Float32Array(length);
}

function doubles(length: number): Float64Array {
  return new Float64Array(length);
}
