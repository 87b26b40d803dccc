import { LagerError } from "../base/errors.ts";
import { DEFAULT_JUDGE } from "../engine/models/catalog.ts";
import { EXIT } from "./exit-code.ts";
import type { ScoreCommandOptions } from "./score-command.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./terminal.ts";

/**
 * `lager score --plan`: scores shards of a plan, into its store or into a run file. What a score depends
 * on, the plan says, whatever the options are.
 *
 * @throws LagerError `INVALID_ARGUMENT`, and as `scoreShards`.
 */
export async function runScoreShards(
  input: string | undefined,
  options: ScoreCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const { scoreShards } = await import("../workflows/fleet/score-shards.ts");
  const { shardsScoredText } = await import("../present/terminal/fleet-text.ts");
  const { showRunProgress } = await import("./run-progress.ts");
  const { shownLoading } = await import("./open-judge.ts");
  const { plan, shard, output, force, quiet = false } = options;
  if (plan === undefined || shard === undefined || input !== undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--plan and --shard go together, and without a data file: the records lie beside the plan",
    );
  }
  const status = new StatusLine({ quiet });
  try {
    const { judge, threads, memoryLimit, isolation, hangLimit, verbose } = options;
    const scored = await scoreShards(plan, {
      ...{ shard, output, force, signal },
      ...{ threads, memoryLimit, isolation, hangLimit, verbose },
      ...(judge !== DEFAULT_JUDGE && { judge }),
      ...shownLoading(judge, status),
      onProgress: showRunProgress(status),
    });
    status.clear();
    if (!quiet) await writeStdout(shardsScoredText(scored));
    return scored.failures > 0 ? EXIT.someFailed : EXIT.ok;
  } finally {
    status.clear();
  }
}
