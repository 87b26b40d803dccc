import { expect, it, onTestFinished } from "vitest";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { type Judge, loadJudge } from "../../src/judge/judge.ts";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const TASK = {
  name: "digits",
  scale: { min: 1, max: 5 },
  prompt: "{{ instruction }}\n{{ response }}",
  criteria: [{ name: "quality", description: "Is it good?" }],
};
const ITEM = { instruction: "Name a colour.", response: "  Blau — or 青い 🟦.  " };

async function open(name: string): Promise<Judge> {
  const judge = await loadJudge(tinyGguf(name), ON_ONE_THREAD);
  onTestFinished(() => judge.dispose());
  return judge;
}

async function scoreItem(judge: Judge, task: object): Promise<Score> {
  const options = { task: parseTask(task), include: ["tokens", "prompt"] as const };
  for await (const outcome of judge.scoreAll([ITEM], options)) {
    if (outcome.kind === "score") return outcome;
    throw new Error(outcome.message);
  }
  throw new Error("no outcome");
}

it.each([
  // Tokeniser, the text of the token for 5 behind "score: ", and whether BOS stands before a prompt.
  { name: "llama-spm-untied", digit: "5", bos: true },
  { name: "llama-bpe-untied", digit: "5", bos: true },
  { name: "phi2-bias", digit: " 5", bos: false },
  { name: "qwen2-bpe", digit: "5", bos: false },
  { name: "gemma3-window", digit: "5", bos: true },
])("$name: a digit is $digit, and its prompt is that of the whole string", async (expected) => {
  const judge = await open(expected.name);
  const { labels } = await judge.openSession(parseTask(TASK));
  expect(labels.map(({ texts }) => texts)).toEqual(
    ["1", "2", "3", "4", "5"].map((digit) => [expected.digit.replace("5", digit)]),
  );
  const { tokens = [], prompt = "" } = await scoreItem(judge, TASK);
  const { bosToken, addsBos } = judge.info;
  expect(addsBos).toBe(expected.bos);
  expect(tokens.filter((token) => token === bosToken)).toHaveLength(expected.bos ? 1 : 0);
  if (expected.bos) expect(tokens[0]).toBe(bosToken);

  const engine = await loadTiny(expected.name);
  const whole = await engine.tokenize(
    labels.map(({ label }) => ({ text: prompt + label, special: true })),
  );
  for (const [k, ids] of whole.entries()) {
    const all = Array.from(ids);
    if (expected.bos && all[0] !== bosToken) all.unshift(bosToken ?? -1);
    expect(all).toEqual([...tokens, ...(labels[k]?.tokens ?? [])]);
  }
});

it("labels that are in no vocabulary are spelt in bytes", async () => {
  const task = { ...TASK, scale: { labels: { "🙁": 1, "😐": 2, "🙂": 3 } } };
  const judge = await open("llama-spm-untied");
  // Byte b is token b + 3. All begin with f0 9f, which belongs to the prompt then.
  const bytes = (text: string) => Array.from(Buffer.from(text).subarray(2), (byte) => byte + 3);
  const { labels } = await judge.openSession(parseTask(task));
  expect(labels.map(({ tokens }) => tokens)).toEqual(["🙁", "😐", "🙂"].map(bytes));
  const { tokens = [], probabilities, nodes } = await scoreItem(judge, task);
  expect(tokens.slice(-2)).toEqual([0xf0 + 3, 0x9f + 3]);
  expect(nodes).toHaveLength(2);
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
});

it("a system text goes into the user's turn where the template refuses a system turn", async () => {
  const task = { ...TASK, system: "You grade colours." };
  const { prompt } = await scoreItem(await open("llama-bf16"), task);
  expect(prompt).toBe(
    `<s>[INST] You grade colours.\n\n${ITEM.instruction}\n${ITEM.response} [/INST] score: `,
  );
  const other = await scoreItem(await open("qwen2-bpe"), task);
  expect(other.prompt).toContain("<|im_start|>system\nYou grade colours.<|im_end|>\n");
});
