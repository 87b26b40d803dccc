// Two sets of 100 answers to the same instructions, of which one is worse in a known part: every fourth
// answer has its words shuffled. Both are scored and compared, in either order.
//
//   node scripts/research/compare/run.mjs [JUDGE] [FOLDER]
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { compareSystems, loadJudge, readRecords, scoreToRun } from "../../../dist/index.js";

const [judgeName = "smollm2-135m", folder = "comparison"] = process.argv.slice(2);
const EVERY = 4;

/** What it is, its parts, its use. @type {[string, string, string][]} */
const THINGS = [
  ["bread", "flour, water, salt and yeast", "baked in a hot oven until it is brown"],
  ["a kite", "paper, thin sticks and a long string", "flown in the wind on an open field"],
  ["a candle", "wax and a wick of cotton", "lit with a match to give light"],
  ["a drum", "wood and a tight skin", "played with the hands or with sticks"],
  ["a boat", "planks of wood and a sail of cloth", "moved over the water by the wind"],
  ["soap", "oil and lye", "rubbed with water to clean the hands"],
  ["a broom", "twigs and a wooden handle", "pushed over the floor to sweep away dust"],
  ["a book", "sheets of paper, ink and glue", "read from the first page to the last"],
  ["cheese", "milk, salt and rennet", "ripened for weeks in a cool cellar"],
  ["a tent", "strong cloth, poles and ropes", "put up on flat ground before the night"],
];
/** @type {((thing: string) => string)[]} */
const QUESTIONS = [
  (thing) => `What is ${thing} made of?`,
  (thing) => `How is ${thing} used, and what is it made of?`,
  (thing) => `Explain ${thing} to a child.`,
  (thing) => `Write two sentences about ${thing}.`,
  (thing) => `Describe ${thing} for somebody who has never seen one.`,
  (thing) => `Why do people make ${thing}?`,
  (thing) => `Tell me something about ${thing}.`,
  (thing) => `What do you need to make ${thing}, and what happens to it then?`,
  (thing) => `Give a short definition of ${thing}.`,
  (thing) => `Answer in two sentences: what is ${thing}?`,
];

const TASK = {
  name: "clarity",
  scale: { min: 1, max: 5 },
  criteria: [{ name: "clarity", description: "Is the response clear and does it make sense?" }],
};

/**
 * A seeded order of words, by a linear congruential generator.
 *
 * @param {string} text
 * @param {number} seed
 */
function shuffled(text, seed) {
  const words = text.split(" ");
  let state = seed + 1;
  for (let i = words.length - 1; i > 0; i--) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    const j = state % (i + 1);
    [words[i], words[j]] = [words[j] ?? "", words[i] ?? ""];
  }
  return words.join(" ");
}

/** @param {(number: number) => boolean} isWorse */
function answers(isWorse) {
  return THINGS.flatMap((thing, t) =>
    QUESTIONS.map((question, q) => {
      const [name, parts, use] = thing;
      const number = t * QUESTIONS.length + q;
      const good = `${name.charAt(0).toUpperCase()}${name.slice(1)} is made of ${parts}. It is ${use}.`;
      const response = isWorse(number) ? shuffled(good, number) : good;
      return { id: `q${String(number).padStart(3, "0")}`, instruction: question(name), response };
    }),
  );
}

await mkdir(folder, { recursive: true });
/** @type {Record<string, (number: number) => boolean>} */
const sets = { before: () => false, after: (number) => number % EVERY === 0 };
const judge = await loadJudge(judgeName, { threads: 1, gpu: "off" });
try {
  const session = await judge.openSession(TASK);
  for (const [name, isWorse] of Object.entries(sets)) {
    const data = path.join(folder, `${name}.data.jsonl`);
    const lines = answers(isWorse).map((record) => `${JSON.stringify(record)}\n`);
    await writeFile(data, lines.join(""));
    const run = path.join(folder, `${name}.jsonl`);
    await scoreToRun(session, readRecords(data, session.task), run, { input: data, force: true });
  }
} finally {
  await judge.dispose();
}
const runs = Object.keys(sets).map((name) => path.join(folder, `${name}.jsonl`));
for (const files of [runs, runs.toReversed()]) {
  const { criteria, movers, notes } = await compareSystems(files, { movers: 25 });
  const {
    leaderboard: _,
    pairs: __,
    ...clarity
  } = criteria.clarity ?? { leaderboard: [], pairs: [] };
  console.log(JSON.stringify({ clarity, notes }, null, 1));
  const known = movers.filter(({ pair }) => Number(pair.slice(1)) % EVERY === 0).length;
  console.log(
    `${known} of the ${movers.length} movers are of the ${100 / EVERY} that were made worse`,
  );
}
