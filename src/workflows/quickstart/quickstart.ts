import path from "node:path";
import { EXAMPLES_FOLDER } from "../../base/package-paths.ts";
import type { LoadJudgeOptions } from "../../judge/judge.ts";
import { doctor } from "../doctor/doctor.ts";
import { type ScoreDataOptions, scoreData } from "../score-run/score-data.ts";
import { AgreementCounter } from "./agreement.ts";
import type { QuickstartResult } from "./result.ts";

/** The judge that everybody can have at once, and that hardly judges. */
export const TOY_JUDGE = "smollm2-135m";

/** How the bundled example is scored. */
export interface QuickstartOptions
  extends LoadJudgeOptions,
    Pick<ScoreDataOptions, "onSession" | "onProgress"> {
  /** A name, the path of a GGUF file, or an `hf:` URI. */
  readonly judge: string;
  /** The run file; one that is there is replaced. */
  readonly output: string;
  /** Told what takes a while, after the scoring. */
  readonly onStep?: ((text: string) => void) | undefined;
}

/**
 * Scores the bundled example, compares the scores with the human ones in it, and finds a judge that
 * would do on this machine.
 *
 * @throws LagerError as {@link scoreData} and {@link doctor}.
 */
export async function quickstart(options: QuickstartOptions): Promise<QuickstartResult> {
  const { judge, output, gpu, signal, onStep } = options;
  const data = path.join(EXAMPLES_FOLDER, "quickstart.jsonl");
  const task = path.join(EXAMPLES_FOLDER, "quickstart.yaml");
  const counter = new AgreementCounter();
  const { summary } = await scoreData(data, {
    ...options,
    ...{ task, output, force: true },
    onOutcome: (outcome) => counter.add(outcome),
  });
  const { recommended, memory } = await doctor({ judge, gpu, signal, onStep });
  return {
    ...{ judge, isToy: judge === TOY_JUDGE, data, task, run: output },
    ...{ summary, agreement: counter.agreement, recommended, memory },
  };
}
