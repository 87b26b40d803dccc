import {
  LayerAgreement,
  type RunAgreement,
  type ScopeAgreement,
} from "../analysis/eval/layer-agreement.ts";
import { choiceScores, type LayerChoice, layerChoice } from "../analysis/eval/layer-choice.ts";
import { lineDistribution } from "../analysis/eval/layer-scores.ts";
import type { RunTable } from "../run/run-table.ts";
import type { NodeLogits } from "../scoring/distribution/node-logits.ts";
import type { Projection } from "../scoring/weights/layer-set.ts";

/** Layers as they are asked for: what `--layers` and `--projection` take. */
export interface LayerRequest {
  readonly spec: string;
  readonly projection: Projection;
}

/** What the layers say of a line, one by one and together. */
export interface LineLayers {
  /** Of each layer, [layers + 1][labels]; null where it was not captured. */
  readonly layers: readonly (readonly number[] | null)[];
  /** Of the layers that were asked for together; null where one of them was not captured. */
  readonly aggregated: readonly number[] | null;
}

/** A run's facts without its logits. */
export type RunFacts = Omit<RunTable, "nodes">;

/** What one worker holds of a run: the facts of all lines, and the logits of some that follow each other. */
export interface HeldLines {
  readonly facts: RunFacts;
  /** The first of them, and their number. */
  readonly from: number;
  readonly lines: number;
  /** Their logits, and the shares of a checklist's questions. */
  readonly nodes: readonly NodeLogits[];
}

/** Computes with what a worker holds of a run. */
export class RunShare {
  #held: HeldLines;
  #agreement: LayerAgreement | null = null;

  constructor(held: HeldLines) {
    this.#held = held;
  }

  /** Takes on logits without the final norm, a column for each node. */
  addRaw(raw: readonly Float32Array[]): void {
    const nodes = this.#held.nodes.map((node, i) => ({ ...node, raw: raw[i] ?? node.raw }));
    this.#held = { ...this.#held, nodes };
  }

  /** Takes on human scores of some lines. */
  changeHuman(lines: readonly number[], human: readonly number[]): void {
    for (const [i, line] of lines.entries()) this.#held.facts.human[line] = human[i] ?? Number.NaN;
    this.#agreement = null;
  }

  /**
   * The scores of the lines held, float64, as `lager eval` computes them; shape [lines held].
   *
   * @throws LagerError `INVALID_ARGUMENT` when the judge has no such layers.
   */
  scores(layers: LayerRequest): Float64Array {
    const { facts, lines, nodes } = this.#held;
    return choiceScores({ header: facts.header, lines, nodes }, this.#choice(layers));
  }

  /** One of the lines held, layer by layer. @param line its number in the run. */
  line(line: number, request: LayerRequest): LineLayers {
    const { facts, from, nodes } = this.#held;
    const distribution = lineDistribution({ ...facts, nodes }, request.projection);
    const probabilities = (): readonly number[] | null => {
      const found = Array.from(distribution.probabilities);
      return found.some(Number.isNaN) ? null : found;
    };
    const layers = Array.from({ length: facts.header.judge.layers + 1 }, (_, layer) => {
      distribution.layer(line - from, layer);
      return probabilities();
    });
    const choice = this.#choice(request);
    distribution.aggregate(line - from, choice.layers, choice.weights);
    return { layers, aggregated: probabilities() };
  }

  /** Agreement of the scores of all lines with people in one scope. */
  agreement(scope: number, scores: Float64Array): ScopeAgreement {
    return this.#agreed().scope(scope, scores);
  }

  /** The same of all scopes together. */
  together(scopes: readonly ScopeAgreement[]): RunAgreement {
    return this.#agreed().together(scopes);
  }

  /** See {@link LayerAgreement}. */
  #agreed(): LayerAgreement {
    this.#agreement ??= new LayerAgreement(this.#held.facts);
    return this.#agreement;
  }

  #choice({ spec, projection }: LayerRequest): LayerChoice {
    return layerChoice(this.#held.facts, spec, projection);
  }
}
