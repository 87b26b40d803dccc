import { parseTask } from "../../src/input/task/parse-task.ts";
import type { RunHeader, RunScore } from "../../src/run/run-format.ts";
import { HEADER } from "../run/example-run.ts";
import { flatNodes } from "./node-logits.ts";

/** A record id that would break out of a page that does not escape it. */
export const HOSTILE_ID = '</script><script>document.title="broken out"</script><b>&"\'';

const LAYERS = 4;
const VALUES = [1, 2, 3, 4, 5];
const CRITERIA = ["clarity", "tone"];

/** Lines of a run with human scores, which its later layers know something of; always the same. */
export function madeUpRun(records: number): (RunHeader | RunScore)[] {
  const header: RunHeader = {
    ...HEADER,
    judge: {
      name: "made-up",
      sha256: "ab".repeat(32),
      architecture: "llama",
      quantization: "Q4_1",
      layers: LAYERS,
    },
    task: parseTask({
      name: "made-up",
      scale: { min: 1, max: 5 },
      criteria: CRITERIA.map((name) => ({ name, description: name })),
    }),
    labels: VALUES.map(String),
    values: VALUES,
    labelTokens: VALUES.map((token) => [token]),
  };
  const scores = Array.from({ length: records }, (_, record) =>
    CRITERIA.map((criterion, c) => madeUpScore(record, criterion, c)),
  );
  return [header, ...scores.flat()];
}

function madeUpScore(record: number, criterion: string, c: number): RunScore {
  // Numbers that look random: fractional parts of multiples of irrational ones.
  const wobble = (seed: number): number => (((record + 1) * seed + c * 0.37) % 1) * 2 - 1;
  const human = 1 + ((record * 7 + c * 3) % 13) / 3;
  const rows = Array.from({ length: LAYERS + 1 }, (_, layer) => {
    const mean = 3 + ((human - 3) * layer) / LAYERS / 1.5 + wobble(0.618 + layer * 0.0713);
    return VALUES.map((value) => Math.fround(-((value - mean) ** 2)));
  });
  return {
    kind: "score",
    id: record === 3 ? HOSTILE_ID : `record-${record}`,
    criterion,
    score: 3,
    vanilla: 3,
    eScore: 3,
    probabilities: [0.125, 0.125, 0.5, 0.125, 0.125],
    entropy: 1,
    standardDeviation: 1,
    scoreMass: 0.75,
    nodes: flatNodes(rows),
    promptTokens: 70 + record,
    reusedTokens: 48,
    branchTokens: 0,
    human,
    responseLength: 100 + ((record * 31) % 57),
    prompt: `Judge </pre><script>document.title="broken out"</script> number ${record}`,
  };
}
