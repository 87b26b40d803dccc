import { allSettled } from "../base/all-settled.ts";
import { LagerError, requireOneOf } from "../base/errors.ts";
import type { NativeJudgeInfo } from "../engine/addon/boundary.ts";
import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import { isChecklist, judgedScale } from "../input/task/checklist.ts";
import type { ScaleLabel, Task } from "../input/task/task.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";
import type { HiddenStates } from "../scoring/score/outcome.ts";
import { type LayerAggregation, scoreFromCapture } from "../scoring/score/score-from-capture.ts";
import type { ScoreResult } from "../scoring/score/score-result.ts";
import { weighResult } from "../scoring/score/weigh-result.ts";
import { requireFittingWeights } from "../scoring/weights/fitting-weights.ts";
import {
  type LayerSet,
  PROJECTIONS,
  type Projection,
  parseLayerSet,
  uniformWeights,
} from "../scoring/weights/layer-set.ts";
import { parseWeights, readWeights } from "../scoring/weights/parse-weights.ts";
import {
  DEFAULT_LAYERS,
  parseWeighedLayers,
  type WeighedLayers,
} from "../scoring/weights/weighed-layers.ts";
import type { Weights } from "../scoring/weights/weights-format.ts";
import { type CaptureNodesOptions, captureNodes, type NodeCaptures } from "./capture-nodes.ts";

/** How the layers become one score. */
export interface AggregationOptions {
  /**
   * Layers to aggregate: a layer set, or `contrast:α` (see `parseWeighedLayers`). Default `last`:
   * layer L; with `weights`, theirs.
   */
  readonly layers?: string | undefined;
  /** Default `normed`; with `weights`, theirs. */
  readonly projection?: Projection | undefined;
  /**
   * Weights that `lager tune` learned, or the path of their file: `score` is then LAGER's with tuned
   * weights, and `probabilities`, `entropy` and `standardDeviation` go with it. They must have been
   * learned with this judge and these labels; weights of another task or condition are taken, and
   * may do worse than none (see `isOtherTask`, `isOtherCondition`). Default: all layers count the same.
   */
  readonly weights?: Weights | string | undefined;
  /** Layers whose hidden states come along as `hidden`, as a layer set. Default: none. */
  readonly hidden?: string | undefined;
}

/** The same, checked against a judge and a task. */
export interface Aggregation {
  readonly layers: WeighedLayers;
  readonly projection: Projection;
  /** Null where the layers' weights are fixed. */
  readonly learned: Weights | null;
  /** Layers whose hidden states are given to the caller; null: none. */
  readonly hidden: LayerSet | null;
  /** Labels that the judge may write, shape [labels]. */
  readonly labels: readonly string[];
  /** What scoring takes beside captured logits. */
  readonly scoring: LayerAggregation;
}

/** A score, and the hidden states that were asked for. */
export interface CapturedScore extends ScoreResult {
  readonly hidden?: HiddenStates;
}

/**
 * Checks how the layers are to become a score.
 *
 * @throws LagerError `INVALID_ARGUMENT`; `UNREADABLE_FILE`, `INVALID_WEIGHTS` or `WEIGHTS_MISMATCH`
 *   for the weights; `UNSUPPORTED_JUDGE` when the token embedding is wanted and cannot be had.
 */
export async function openAggregation(
  options: AggregationOptions,
  judge: { readonly name: string; readonly sha256: string; readonly info: NativeJudgeInfo },
  task: Task,
): Promise<Aggregation> {
  const { layers: layerCount } = judge.info;
  const scale = judgedScale(task);
  const weigh = (spec: string) => parseWeighedLayers(spec, layerCount, scale.length);
  const asked = options.layers === undefined ? null : weigh(options.layers);
  if (options.projection !== undefined) {
    requireOneOf("projection", options.projection, PROJECTIONS);
  }
  const learned = await fittingWeights(options, asked, judge, scale);
  const layers = learned === null ? (asked ?? weigh(DEFAULT_LAYERS)) : equally(learned.layerSet);
  const hidden = options.hidden === undefined ? null : parseLayerSet(options.hidden, layerCount);
  const withEmbedding = [hidden, layers].find((set) => set?.layers.includes(0) === true);
  if (isChecklist(task) && (hidden !== null || learned?.recipe === "probe")) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "a criterion with questions is scored at several places, and hidden states are of one: leave " +
        "them out, or use a task without questions",
    );
  }
  if (withEmbedding && !judge.info.embeddingRow) {
    throw new LagerError(
      "UNSUPPORTED_JUDGE",
      `the layer set ${JSON.stringify(withEmbedding.spec)} ` +
        "wants the token embedding (layer 0), which cannot be captured from this judge",
    );
  }
  const projection = learned?.projection ?? options.projection ?? "normed";
  return {
    layers,
    projection,
    learned,
    hidden,
    labels: scale.map(({ label }) => label),
    scoring: {
      layerCount,
      values: scale.map(({ value }) => value),
      layers: layers.layers,
      weights: layers.weights,
      projection,
    },
  };
}

/** What learned weights are applied to first. */
function equally({ spec, layers }: LayerSet): WeighedLayers {
  return { spec, layers, weights: uniformWeights(layers) };
}

async function fittingWeights(
  { weights, projection }: AggregationOptions,
  asked: WeighedLayers | null,
  judge: { readonly name: string; readonly sha256: string; readonly info: NativeJudgeInfo },
  scale: readonly ScaleLabel[],
): Promise<Weights | null> {
  if (weights === undefined) return null;
  const file = typeof weights === "string" ? weights : undefined;
  // A copy: what a program gave may change while the session is used.
  const learned = typeof weights === "string" ? await readWeights(weights) : parseWeights(weights);
  requireFittingWeights(
    learned,
    {
      judge: { name: judge.name, sha256: judge.sha256, layers: judge.info.layers },
      labels: scale.map(({ label }) => label),
      values: scale.map(({ value }) => value),
      projection,
      layers: asked?.layers,
    },
    file,
  );
  return learned;
}

/** A prompt up to its score position, the labels that follow, and what stands with its result. */
export interface ScoredPrompt {
  /** Shape [tokens]. */
  readonly tokens: Int32Array;
  readonly labels: LabelTree;
  /** What it counts among the questions of a checklist; null: it asks for the criterion's scale. */
  readonly share: number | null;
}

/**
 * Captures the labels of a prompt, or of all prompts of a checklist, and makes one score of them.
 *
 * @throws LagerError as `JudgeEngine.capture` does.
 */
export async function captureScore(
  engine: Pick<JudgeEngine, "capture">,
  prompts: readonly ScoredPrompt[],
  criterion: string,
  { learned, scoring, hidden }: Aggregation,
  signal: AbortSignal | undefined,
): Promise<CapturedScore> {
  const probed = learned?.recipe === "probe" ? learned.layerSet.layers : [];
  const options = { signal, hidden: hidden !== null || probed.length > 0 };
  const { hidden: states, ...capture } = await captureAll(engine, prompts, options);
  let result = scoreFromCapture(capture, scoring);
  if (learned !== null) {
    result = weighResult(result, learned, {
      criterion,
      hidden: chosenStates(states, scoring.layerCount, probed),
    });
  }
  const given = chosenStates(states, scoring.layerCount, hidden?.layers ?? []);
  return given === null ? result : { hidden: given, ...result };
}

/** One prompt's captures, or those of a checklist's questions put together. */
async function captureAll(
  engine: Pick<JudgeEngine, "capture">,
  prompts: readonly ScoredPrompt[],
  options: CaptureNodesOptions,
): Promise<NodeCaptures> {
  // Queued at one go, as the nodes of one prompt are.
  const captures = await allSettled(
    prompts.map(({ tokens, labels }) => captureNodes(engine, tokens, labels, options)),
  );
  const [only] = captures;
  if (only === undefined) throw new LagerError("INTERNAL", "nothing was asked");
  if (prompts[0]?.share === null) return only;
  const sum = (figure: "promptTokens" | "reusedTokens" | "branchTokens") =>
    captures.reduce((total, capture) => total + capture[figure], 0);
  const shares = prompts.map(({ share }) => share ?? Number.NaN);
  return {
    nodes: captures.flatMap(({ nodes }, number) =>
      nodes.map((node) => ({
        ...node,
        question: { number, shares: Float64Array.of(shares[number] as number) },
      })),
    ),
    questions: captures.map(({ scoreMass }) => ({ scoreMass })),
    scoreMass: captures.reduce(
      (total, { scoreMass }, number) => total + (shares[number] as number) * scoreMass,
      0,
    ),
    promptTokens: sum("promptTokens"),
    reusedTokens: sum("reusedTokens"),
    branchTokens: sum("branchTokens"),
  };
}

/** The states of some layers, of all that were captured; null where none are wanted. */
function chosenStates(
  states: Float32Array | undefined,
  layerCount: number,
  layers: readonly number[],
): HiddenStates | null {
  if (layers.length === 0) return null;
  if (states === undefined) throw new LagerError("INTERNAL", "no hidden states were captured");
  const width = states.length / (layerCount + 1);
  const chosen = new Float32Array(layers.length * width);
  for (const [i, layer] of layers.entries()) {
    chosen.set(states.subarray(layer * width, (layer + 1) * width), i * width);
  }
  if (!chosen.every(Number.isFinite)) {
    throw new LagerError(
      "CAPTURE_INCOMPLETE",
      "a hidden state is not finite: nothing of this capture can be trusted",
    );
  }
  return { layers, width, states: chosen };
}
