import { LagerError } from "../base/errors.ts";
import type { RecordTexts } from "../input/dataset/record.ts";
import { TEXT_FIELDS } from "../input/task/task.ts";
import {
  hasBranches,
  type NodeLogits,
  questionNodes,
} from "../scoring/distribution/node-logits.ts";
import type { Score } from "../scoring/score/outcome.ts";
import type { QuestionScore } from "../scoring/score/score-result.ts";
import { formatFloat32 } from "./format-float32.ts";
import type { RunLine } from "./run-format.ts";

/**
 * One line of a run file as JSON, without the line end.
 *
 * Scores and logits are written as the shortest decimals that give back the same float32;
 * `human`, which comes from the data and not from the judge, keeps its float64.
 *
 * @param beside Row of a score's hidden states, which lie in another file. Default: as it was read.
 * @throws LagerError `INTERNAL` when a number is NaN or infinite.
 */
export function formatRunLine(
  line: RunLine,
  beside: { readonly hiddenRow?: number | undefined } = {},
): string {
  return line.kind === "score"
    ? formatScore(line, beside.hiddenRow ?? line.hiddenRow)
    : JSON.stringify(line, refuseNonFinite);
}

function formatScore(line: Score, hiddenRow: number | undefined): string {
  const members = [
    '"kind":"score"',
    `"id":${JSON.stringify(line.id)}`,
    `"criterion":${JSON.stringify(line.criterion)}`,
    ...(line.inputHash === undefined ? [] : [`"inputHash":${JSON.stringify(line.inputHash)}`]),
    `"score":${formatFloat32(line.score)}`,
    `"normalized":${formatFloat32(line.normalized)}`,
    `"vanilla":${formatFloat32(line.vanilla)}`,
    `"eScore":${formatFloat32(line.eScore)}`,
    `"lager":${formatFloat32(line.lager)}`,
    `"probabilities":${formatRow(line.probabilities)}`,
    `"entropy":${formatFloat32(line.entropy)}`,
    `"standardDeviation":${formatFloat32(line.standardDeviation)}`,
    `"scoreMass":${formatFloat32(line.scoreMass)}`,
    line.questions === undefined
      ? formatNodes(line.nodes)
      : formatQuestions(line.nodes, line.questions),
  ];
  if (line.human !== undefined) members.push(`"human":${formatNumber("human", line.human)}`);
  if (line.responseLength !== undefined) {
    members.push(`"responseLength":${formatNumber("responseLength", line.responseLength)}`);
  }
  if (line.systemId !== undefined) members.push(`"systemId":${JSON.stringify(line.systemId)}`);
  if (line.group !== undefined) members.push(`"group":${JSON.stringify(line.group)}`);
  members.push(
    `"promptTokens":${formatNumber("promptTokens", line.promptTokens)}`,
    `"reusedTokens":${formatNumber("reusedTokens", line.reusedTokens)}`,
  );
  if (hasBranches(line.nodes)) {
    members.push(`"branchTokens":${formatNumber("branchTokens", line.branchTokens)}`);
  }
  if (line.generated !== undefined) members.push(`"generated":${JSON.stringify(line.generated)}`);
  if (line.generatedTokens !== undefined) {
    members.push(`"generatedTokens":${formatNumber("generatedTokens", line.generatedTokens)}`);
  }
  if (hiddenRow !== undefined) {
    members.push(`"hiddenRow":${formatNumber("hiddenRow", hiddenRow)}`);
  }
  if (line.tokens !== undefined) members.push(`"tokens":${formatTokens(line.tokens)}`);
  if (line.texts !== undefined) members.push(`"texts":${formatTexts(line.texts)}`);
  if (line.prompt !== undefined) members.push(`"prompt":${JSON.stringify(line.prompt)}`);
  if (line.class !== undefined) members.push(`"class":${formatNumber("class", line.class)}`);
  return `{${members.join(",")}}`;
}

function formatQuestions(
  nodes: readonly NodeLogits[],
  questions: readonly QuestionScore[],
): string {
  const own = questionNodes(nodes);
  const formatted = questions.map(({ score, probabilities, scoreMass, tokens, prompt }, i) => {
    const members = [
      `"score":${formatFloat32(score)}`,
      `"probabilities":${formatRow(probabilities)}`,
      `"scoreMass":${formatFloat32(scoreMass)}`,
      formatNodes(own[i] ?? []),
    ];
    if (tokens !== undefined) members.push(`"tokens":${formatTokens(tokens)}`);
    if (prompt !== undefined) members.push(`"prompt":${JSON.stringify(prompt)}`);
    return `{${members.join(",")}}`;
  });
  return `"questions":[${formatted.join(",")}]`;
}

/** `logits` where one node holds the labels' own, else every node of the label tree. */
function formatNodes(nodes: readonly NodeLogits[]): string {
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1) return `"logits":{${formatLogits(only)}}`;
  const formatted = nodes.map(
    (node) =>
      `{"prefix":${formatTokens(node.prefix)},"outcomes":${formatTokens(node.outcomes)},` +
      `${formatLogits(node)}}`,
  );
  return `"nodes":[${formatted.join(",")}]`;
}

function formatLogits({ outcomes: { length }, normed, raw }: NodeLogits): string {
  return `"normed":${formatLayers(normed, length)},"raw":${formatLayers(raw, length)}`;
}

/** A list for each layer; null for one that was not captured. */
function formatLayers(logits: Float32Array, columns: number): string {
  const rows: string[] = [];
  for (let start = 0; start < logits.length; start += columns) {
    const row = logits.subarray(start, start + columns);
    rows.push(row.every(Number.isNaN) ? "null" : formatRow(Array.from(row)));
  }
  return `[${rows.join(",")}]`;
}

/** Texts that a record does not have are left out. */
function formatTexts(texts: RecordTexts): string {
  const own = TEXT_FIELDS.filter((name) => texts[name] !== "").map((name) => [name, texts[name]]);
  return JSON.stringify(Object.fromEntries(own));
}

function formatTokens(tokens: ArrayLike<number>): string {
  return JSON.stringify(Array.from(tokens), refuseNonFinite);
}

function formatRow(row: readonly number[]): string {
  return `[${row.map(formatFloat32).join(",")}]`;
}

function formatNumber(key: string, value: number): string {
  return JSON.stringify(refuseNonFinite(key, value));
}

/** JSON.stringify turns NaN into null without a word, and null means "not captured" here. */
function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new LagerError("INTERNAL", `"${key}" is ${value} and cannot be written to a run file`);
  }
  return value;
}
