// Scores the same prompts under settings drawn at random and compares bits with a reference run.
import { SeededDraw } from "./seeded-draw.mjs";

/** What is drawn for every round. The reference is decoded whole, 512 tokens a call, in 4096. */
const BATCH_SIZES = [32, 36, 44, 64, 76, 100, 128, 208, 256, 340, 512, 768, 1024];
const CONTEXT_SIZES = [1024, 1280, 2048, 3072, 4096];
const THREADS = [1, 1, 1, 2];
/** Tokens of random prompts: less than a batch, and several. */
const LENGTHS = [17, 64, 131, 260, 600];
/** Two threads wait for each other beside anything else that computes: a round takes fewer captures. */
const SHARE_ON_TWO_THREADS = 0.25;
const REFERENCE = { batchSize: 512, contextSize: 4096, threads: 1 };

/**
 * What a trial asks of an engine and of a judge. Only so much, because tests hand in the sources' and
 * scripts the built package's.
 *
 * @typedef {Pick<import("../../../dist/engine/native/judge-engine.js").JudgeEngine,
 *   "info" | "capture" | "dispose">} Engine
 * @typedef {Pick<import("../../../dist/index.js").Judge, "score" | "scoreAll" | "dispose"> & {
 *   readonly engine: Engine, openSession: (task: Task) => Promise<{readonly labels:
 *   readonly import("../../../dist/index.js").LabelTokens[]}>}} Judge
 * @typedef {import("../../../dist/index.js").Task} Task
 * @typedef {import("./example-items.mjs").ExampleItem} ExampleItem
 */

/**
 * One prompt and what the reference run gave for it. `id`, `criterion` and `score` where it is an
 * item's.
 *
 * @typedef {{name: string, id?: string, criterion?: string, tokens: Int32Array,
 *   scoreTokens: Int32Array, expected: Logits, score?: number}} Prompt
 * @typedef {{normed: Float32Array, raw: Float32Array}} Logits [layers + 1, labels], row-major
 * @typedef {{batchSize: number, contextSize: number, threads: number}} Settings
 * @typedef {(what: string) => () => string} Describe what is told of a difference, should there be one
 */

/**
 * How much is tried. `rounds` of `captures` prompts, each with settings of its own.
 *
 * @typedef {{rounds: number, captures: number, seed: number, tally: Tally}} Trial
 */

/**
 * What is scored; see `exampleItems`.
 *
 * @typedef {{loadJudge: (settings: Settings) => Promise<Judge>, items: readonly ExampleItem[],
 *   task: Task}} Scoring
 */

/** Counts comparisons, and keeps what differed. A comparison is one prompt: all layers, both kinds. */
export class Tally {
  comparisons = 0;
  /** Float32 values that were compared. */
  values = 0;
  differing = 0;
  /** Largest difference of a logit. */
  largest = 0;
  /**
   * The first few differences, in words.
   *
   * @type {string[]}
   */
  examples = [];

  /**
   * @param {Logits} expected
   * @param {Logits} actual
   * @param {() => string} settings
   * @param {{expected: number, actual: number}} [score] the aggregated score, where there is one
   */
  compare(expected, actual, settings, score) {
    this.comparisons++;
    let differs = score !== undefined && !Object.is(score.expected, score.actual);
    for (const kind of /** @type {const} */ (["normed", "raw"])) {
      const [a, b] = [expected[kind], actual[kind]];
      if (a.length !== b.length || a.length === 0) throw new Error(`${settings()}: other shape`);
      this.values += a.length;
      const [bitsA, bitsB] = [bits(a), bits(b)];
      for (let i = 0; i < bitsA.length; i++) {
        if (bitsA[i] === bitsB[i]) continue;
        differs = true;
        this.largest = Math.max(
          this.largest,
          Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)),
        );
      }
    }
    if (!differs) return;
    this.differing++;
    if (this.examples.length < 10) this.examples.push(settings());
  }
}

/** @param {Float32Array} values */
function bits(values) {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/**
 * The property: a prompt's logits have the same bits whatever is scored before it, in whatever
 * order, batch and context size, on however many threads, with a prefix kept or decoded afresh, one
 * at a time or as a stream.
 *
 * @param {Trial & Scoring} trial
 * @returns {Promise<Prompt[]>} the prompts, for further comparisons
 */
export async function tryJudge({ rounds, captures, seed, tally, ...scoring }) {
  const draw = new SeededDraw(seed);
  const prompts = await referencePrompts(scoring);
  for (let round = 0; round < rounds; round++) {
    const settings = drawSettings(draw);
    const judge = await scoring.loadJudge(settings);
    try {
      const describe = describeRound(round, settings);
      const count = capturesOf(settings, captures);
      if (round % 3 === 2) {
        await scoreAsLibrary(judge, scoring, prompts, draw, count, tally, describe);
      } else {
        await captureAmongNeighbours(judge.engine, prompts, draw, count, tally, describe);
      }
    } finally {
      await judge.dispose();
    }
  }
  return prompts;
}

/**
 * The same for an engine without a tokeniser's help: prompts of random tokens, of these lengths.
 *
 * @param {Trial & {loadEngine: (settings: Settings) => Promise<Engine>, lengths?: readonly number[]}} trial
 */
export async function tryTokens({ loadEngine, rounds, captures, seed, tally, lengths = LENGTHS }) {
  const draw = new SeededDraw(seed);
  /** @type {Prompt[] | undefined} */
  let prompts;
  for (let round = -1; round < rounds; round++) {
    const settings = round < 0 ? REFERENCE : drawSettings(draw);
    const engine = await loadEngine(settings);
    try {
      if (prompts === undefined) {
        prompts = [];
        for (const { tokens, scoreTokens } of randomPrompts(engine.info, draw, lengths)) {
          const expected = await engine.capture(tokens, scoreTokens, { fresh: true });
          prompts.push({ name: `${tokens.length} tokens`, tokens, scoreTokens, expected });
        }
        continue;
      }
      const describe = describeRound(round, settings);
      const count = capturesOf(settings, captures);
      await captureAmongNeighbours(engine, prompts, draw, count, tally, describe);
    } finally {
      await engine.dispose();
    }
  }
}

/**
 * @param {number} round
 * @param {Settings} settings
 * @returns {Describe}
 */
function describeRound(round, settings) {
  return (what) => () => `round ${round}, ${JSON.stringify(settings)}, ${what}`;
}

/**
 * @param {SeededDraw} draw
 * @returns {Settings}
 */
function drawSettings(draw) {
  return {
    batchSize: draw.of(BATCH_SIZES),
    contextSize: draw.of(CONTEXT_SIZES),
    threads: draw.of(THREADS),
  };
}

/**
 * @param {Settings} settings
 * @param {number} captures
 */
function capturesOf({ threads }, captures) {
  return threads === 1 ? captures : Math.ceil(captures * SHARE_ON_TWO_THREADS);
}

/**
 * @param {{vocabularySize: number, contextSize: number}} info
 * @param {SeededDraw} draw
 * @param {readonly number[]} lengths those beyond the context are left out
 */
function randomPrompts({ vocabularySize, contextSize }, draw, lengths) {
  const token = () => draw.whole(0, vocabularySize - 1);
  const scoreTokens = Int32Array.from({ length: 5 }, token);
  const fitting = lengths.filter((length) => length <= contextSize);
  return fitting.map((length) => ({ tokens: Int32Array.from({ length }, token), scoreTokens }));
}

/**
 * Every prompt of the items, decoded whole on an engine of its own.
 *
 * @param {Scoring} scoring
 * @returns {Promise<Prompt[]>}
 */
async function referencePrompts({ loadJudge, items, task }) {
  const judge = await loadJudge(REFERENCE);
  try {
    const { labels } = await judge.openSession(task);
    const scoreTokens = Int32Array.from(labels.flatMap(({ tokens }) => tokens.slice(0, 1)));
    const prompts = [];
    for await (const outcome of judge.scoreAll(items, { task, include: ["tokens"] })) {
      if (outcome.kind === "failure") throw new Error(`${outcome.id}: ${outcome.message}`);
      const tokens = Int32Array.from(outcome.tokens ?? []);
      prompts.push({
        name: `${outcome.id} ${outcome.criterion}`,
        id: outcome.id,
        criterion: outcome.criterion,
        tokens,
        scoreTokens,
        expected: await judge.engine.capture(tokens, scoreTokens, { fresh: true }),
        score: outcome.score,
      });
    }
    return prompts;
  } finally {
    await judge.dispose();
  }
}

/**
 * One at a time, each behind a neighbour that shares a beginning of random length, or behind none.
 *
 * @param {Engine} engine
 * @param {readonly Prompt[]} prompts
 * @param {SeededDraw} draw
 * @param {number} captures
 * @param {Tally} tally
 * @param {Describe} describe
 */
async function captureAmongNeighbours(engine, prompts, draw, captures, tally, describe) {
  for (let i = 0; i < captures; i++) {
    const prompt = draw.of(prompts);
    const fresh = draw.chance(0.05);
    let what = fresh ? "decoded whole" : "behind what came before";
    if (!fresh && draw.chance(0.8)) {
      const neighbour = makeNeighbour(prompt, draw.of(prompts), draw);
      await engine.capture(neighbour.tokens, prompt.scoreTokens);
      what = `behind ${neighbour.tokens.length} tokens of which it shares ${neighbour.shared}`;
    }
    const hidden = draw.chance(0.2);
    const captured = await engine.capture(prompt.tokens, prompt.scoreTokens, { fresh, hidden });
    tally.compare(
      prompt.expected,
      captured,
      describe(
        `${prompt.name} ${what}, ${captured.reusedTokens} tokens kept${hidden ? ", hidden" : ""}`,
      ),
    );
  }
}

/**
 * Mostly shares all but a short tail, which is where the groups of the kernels end.
 *
 * @param {Prompt} prompt
 * @param {Prompt} other
 * @param {SeededDraw} draw
 */
function makeNeighbour(prompt, other, draw) {
  const { length } = prompt.tokens;
  const shared = draw.chance(0.8)
    ? draw.whole(length - Math.min(90, Math.floor(length / 2)), length)
    : draw.whole(0, length);
  const start = draw.whole(0, other.tokens.length - 1);
  const tail = other.tokens.subarray(start, start + draw.whole(1, 40));
  return { tokens: Int32Array.of(...prompt.tokens.subarray(0, shared), ...tail), shared };
}

/**
 * Through the library: items one by one in a drawn order, or all of a few as a stream.
 *
 * @param {Judge} judge
 * @param {Pick<Scoring, "items" | "task">} scoring
 * @param {readonly Prompt[]} prompts
 * @param {SeededDraw} draw
 * @param {number} captures
 * @param {Tally} tally
 * @param {Describe} describe
 */
async function scoreAsLibrary(judge, { items, task }, prompts, draw, captures, tally, describe) {
  /**
   * @param {import("../../../dist/index.js").Outcome} score
   * @param {string} what
   */
  const check = (score, what) => {
    if (score.kind === "failure") throw new Error(`${score.id}: ${score.message}`);
    compareScore(prompts, score, tally, describe(`${score.id} ${score.criterion} ${what}`));
  };
  const criteria = [...new Set(prompts.flatMap(({ criterion }) => criterion ?? []))];
  if (draw.chance(0.5)) {
    const few = draw.shuffled(items).slice(0, Math.max(1, Math.floor(captures / criteria.length)));
    for await (const outcome of judge.scoreAll(few, { task })) check(outcome, "in a stream");
    return;
  }
  for (const item of draw.shuffled(items).slice(0, Math.max(1, Math.floor(captures / 2)))) {
    for (const criterion of draw.shuffled(criteria).slice(0, 2)) {
      check(await judge.score(item, { task, criterion }), "scored singly");
    }
  }
}

/**
 * An item's score, of the library or of a run file, against the reference.
 *
 * @param {readonly Prompt[]} prompts
 * @param {{id: string, criterion: string, nodes: readonly Logits[], score: number}} actual
 * @param {Tally} tally
 * @param {() => string} settings
 */
export function compareScore(prompts, { id, criterion, nodes, score }, tally, settings) {
  const prompt = prompts.find((each) => each.id === id && each.criterion === criterion);
  if (prompt?.score === undefined) throw new Error(`${id} ${criterion} was not to be scored`);
  const [root] = nodes;
  if (root === undefined || nodes.length > 1) throw new Error("prompts have labels of one token");
  tally.compare(prompt.expected, root, settings, {
    expected: prompt.score,
    actual: score,
  });
}
