import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { TITLES } from "./contenders/start.mjs";

export const SETS = [
  ...["criteria", "single", "unshared", "shuffled", "large", "long-labels", "reasoning"],
  ...["scaling", "startup"],
];

const USAGE = `usage: npm run speed -- DATA [options]

DATA is a JSON array or JSON Lines of records that the task reads. They are read in blocks, each by
every contender, one after the other, several times and every other time in the opposite order. A ratio
is the median over the readings that two contenders share, with an interval.

  criteria     all criteria of each record          shuffled     the same, out of the file's order
  single       one criterion of each                unshared     one, and no prompt goes on from another
  large        all criteria, with the large judge   long-labels  a scale of 1 to 10: labels of two tokens
  reasoning    the judge writes before it scores    scaling      100 to 100 000 short items, tiny judge
  startup      lager score of one item, and the library's import

  --sets LIST          of ${SETS.join(", ")} (default: all)
  --only LIST          contenders (default: all of each set); ours always run: they leave the others
                       their prompts
  --minutes N          a set takes no further block when it would take longer than this (default: 60)
  --task TASK          built-in task or task file (default: topical-chat)
  --judge JUDGE        for all sets but large (default: smollm2-135m)
  --large-judge JUDGE  for large (default: qwen2.5-coder-1.5b)
  --items N            records of the sets with the default judge, but reasoning (default: 40)
  --blocks N           blocks of criteria, single, unshared and long-labels (default: 5)
  --readings N         times that a block is read (default: 2)
  --slow-blocks N      blocks that contenders which read every prompt whole read, once (default: 2)
  --reasoning-items N  records of reasoning, one criterion each, 64 tokens at most (default: 4)
  --large-items N      records of large, in blocks of 2 (default: 6)
  --scaling LIST       numbers of items of the scaling run (default: 100,1000,10000,100000)
  --threads N          for every contender (default: ${availableParallelism()})
  --python PATH        interpreter with torch, transformers and gguf, or "off" (default: $PYTHON,
                       then python3; left out when it lacks them)
  --output FILE        results (default: scripts/speed/results/<date>-all.json)
  --add                keep what FILE holds of other sets
  --quick              small sizes, a minute or two: to see that all of it runs
`;

/** @type {Readonly<Partial<typeof DEFAULTS>>} */
const QUICK = {
  items: "2",
  blocks: "1",
  "slow-blocks": "1",
  "large-items": "1",
  "reasoning-items": "1",
  scaling: "100,1000",
};

const DEFAULTS = {
  sets: SETS.join(","),
  task: "topical-chat",
  judge: "smollm2-135m",
  "large-judge": "qwen2.5-coder-1.5b",
  items: "40",
  blocks: "5",
  readings: "2",
  "slow-blocks": "2",
  "large-items": "6",
  "reasoning-items": "4",
  only: "",
  minutes: "60",
  scaling: "100,1000,10000,100000",
  threads: String(availableParallelism()),
  python: process.env.PYTHON ?? "python3",
};

/** What is wrong with the command line. */
export class UsageError extends Error {}

/**
 * The benchmark's settings.
 *
 * @param {string[]} words of the command line
 * @param {string} today the date in the default name of the results, as YYYY-MM-DD
 */
export function parseOptions(words, today) {
  const { values, positionals } = parse(words);
  const text = { ...DEFAULTS, ...(values.quick ? QUICK : {}), ...values };
  const [data] = positionals;
  if (data === undefined || positionals.length > 1) throw new UsageError(USAGE);
  const sets = text.sets.split(",");
  const unknown = sets.find((set) => !SETS.includes(set));
  if (unknown !== undefined) throw new UsageError(`there is no set ${unknown}\n\n${USAGE}`);
  const settings = {
    data,
    sets,
    task: text.task,
    judge: text.judge,
    largeJudge: text["large-judge"],
    items: toCount("items", text.items),
    blocks: toCount("blocks", text.blocks),
    readings: toCount("readings", text.readings),
    slowBlocks: toCount("slow-blocks", text["slow-blocks"]),
    largeItems: toCount("large-items", text["large-items"]),
    reasoningItems: toCount("reasoning-items", text["reasoning-items"]),
    only: toContenders(text.only),
    minutes: toCount("minutes", text.minutes),
    add: text.add === true,
    scaling: text.scaling.split(",").map((count) => toCount("scaling", count)),
    threads: toCount("threads", text.threads),
    python: text.python,
  };
  const what = sets.length === SETS.length ? "all" : sets.join("-");
  return { ...settings, output: values.output ?? `scripts/speed/results/${today}-${what}.json` };
}

/** @param {string[]} words */
function parse(words) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        ...Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, { type: "string" }])),
        output: { type: "string" },
        add: { type: "boolean" },
        quick: { type: "boolean" },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}\n\n${USAGE}`);
  }
}

/**
 * Names of contenders; null for all.
 *
 * @param {string} text
 */
function toContenders(text) {
  if (text === "") return null;
  const names = text.split(",");
  const unknown = names.find((name) => !(name in TITLES));
  if (unknown === undefined) return names;
  throw new UsageError(
    `there is no contender ${unknown}, but ${Object.keys(TITLES).join(", ")}\n\n${USAGE}`,
  );
}

/**
 * @param {string} name
 * @param {string} text
 */
function toCount(name, text) {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`--${name} takes whole numbers from 1 on, not ${text}`);
  }
  return count;
}
