import { Command, Option } from "commander";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../analysis/eval/eval-defaults.ts";
import { TUNE_DEFAULTS, TUNE_RECIPES } from "../analysis/tune/tune-choices.ts";
import { version } from "../base/version.ts";
import { PREPARED_CHOICES } from "../engine/models/layout-choice.ts";
import { GPU_CHOICES } from "../engine/native/backend.ts";
import { KV_TYPES } from "../engine/native/engine-options.ts";
import { CONDITIONS, SCORE_POSITIONS } from "../input/task/condition.ts";
import { PROJECTIONS } from "../scoring/weights/projection.ts";
import type { BenchOptions } from "./bench-options.ts";
import {
  BREAKDOWNS,
  COMBINATIONS,
  DEFAULT_JUDGE,
  FIGURES,
  INCLUDABLE,
  OUTPUT_FORMATS,
  RANGES,
  RESAMPLING_UNITS,
} from "./choices.ts";
import type { DoctorOptions } from "./doctor-command.ts";
import type { EvalOptions } from "./eval-command.ts";
import type { KnowledgeOptions } from "./knowledge-command.ts";
import type { JudgeOptions } from "./open-judge.ts";
import {
  addAdapter,
  autoOrNumber,
  capturedLayers,
  choice,
  keepAmount,
  layerSpec,
  listOf,
  namedWeights,
  names,
  numberBetween,
  wholeNumber,
} from "./option-values.ts";
import type { PrepareCommandOptions } from "./prepare-command.ts";
import type { ReportOptions } from "./report-command.ts";
import type { ScoreCommandOptions } from "./score-command.ts";
import type { SelectOptions } from "./select-command.ts";
import type { TasksCheckOptions } from "./tasks-command.ts";
import type { TuneCommandOptions } from "./tune-command.ts";

/**
 * The command line. `finish` is given the exit code of the command that ran; its code is loaded only
 * then, so that no command pays for the others.
 */
export function makeProgram(signal: AbortSignal, finish: (code: number) => void): Command {
  const program = new Command("lager")
    .description("A local LLM judge that reads every layer of a GGUF model.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(run with --help for the options)");

  withJudgeOptions(
    program
      .command("score")
      .description("Score the responses of a data set.")
      .argument("<input>", "a .jsonl, .json, .csv or .parquet file, or - for standard input")
      .option("-j, --judge <judge>", "name, path of a GGUF file, or hf: URI", DEFAULT_JUDGE)
      .option("-t, --task <task>", "name of a built-in task, or a task file (default: general)")
      .option("-o, --output <file>", "write a run file (JSON Lines)")
      .option("--force", "replace the run file if it exists")
      .option("--resume", "go on with the run file: what it holds is not scored again")
      .addOption(
        new Option("--projection <kind>", "logits to aggregate (default: normed)").choices([
          ...PROJECTIONS,
        ]),
      )
      .option(
        "--layers <set>",
        "all, reference, upper, window:0.6-0.8, or 5-20,24 (default: all)",
        layerSpec,
      )
      .option("-w, --weights <file>", "weights that lager tune learned, with their layers")
      .option(
        "--capture <what>",
        "hidden, or hidden:<set> of layers: hidden states into a file beside the run file",
        capturedLayers,
      )
      .option("--limit <records>", "score only the first records", wholeNumber(1))
      .option("--answer-prefix <text>", "what the judge's answer is opened with")
      .addOption(
        choice("--condition <how>", "how the judge comes to its score", CONDITIONS, "prefill"),
      )
      .option("--max-tokens <n>", "it may write (direct: 10, reasoning: 256)", wholeNumber(1))
      .addOption(
        new Option(
          "--score-position <rule>",
          "score in what it wrote (default: after-prefix)",
        ).choices([...SCORE_POSITIONS]),
      )
      .option("--include <what>", "tokens, prompt: add them to every score", listOf(INCLUDABLE))
      .addOption(choice("--format <format>", "on standard output", OUTPUT_FORMATS, "table"))
      .option("-q, --quiet", "no progress and no notes"),
  ).action(async (input: string, options: ScoreCommandOptions) => {
    const { scoreCommand } = await import("./score-command.ts");
    finish(await scoreCommand(input, options, signal));
  });

  withJudgeOptions(
    program
      .command("select")
      .description("Select instruction data: score it on seven aspects, and keep the best.")
      .argument("<data>", "Alpaca or ShareGPT records: .json, .jsonl, .csv or .parquet")
      .requiredOption("-o, --output <file>", "write the kept records, with their scores")
      .option("-j, --judge <judge>", "name, path of a GGUF file, or hf: URI", DEFAULT_JUDGE)
      .option("--keep <amount>", "a share such as 10%, or a number (default: 10%)", keepAmount)
      .option("--aspects <names>", "some of the seven, separated by commas (default: all)", names)
      .addOption(choice("--combine <how>", "the aspects into one score", COMBINATIONS, "mean"))
      .option("--weights <weights>", "of the aspects: accuracy=2,difficulty=0.5", namedWeights)
      .addOption(choice("--figure <name>", "score of an aspect", FIGURES, "lager"))
      .option("--similarity <share>", "near-duplicate from there on", numberBetween(0, 1), 0.7)
      .option("--keep-duplicates", "do not pass over near-duplicates")
      .option(
        "--run <file>",
        "the run file, gone on with if it is there (default: OUTPUT.run.jsonl)",
      )
      .option("--from-run <file>", "choose by a run that is finished; no judge is loaded")
      .option("--force", "replace the output if it exists")
      .addOption(choice("--projection <kind>", "logits to aggregate", ["normed", "raw"], "normed"))
      .option("--layers <set>", "all (default), upper, window:0.6-0.8, …; with --from-run too")
      .option("--json", "the summary as one JSON object")
      .option("-q, --quiet", "no progress and no notes"),
  ).action(async (data: string, options: SelectOptions) => {
    const { selectCommand } = await import("./select-command.ts");
    finish(await selectCommand(data, options, signal));
  });

  withJudgeOptions(
    program
      .command("knowledge")
      .description("Ask a judge which questions it could answer, and find those it could not.")
      .argument("<questions>", "records with question, and answerable where it is known")
      .option("-j, --judge <judge>", "name, path of a GGUF file, or hf: URI", DEFAULT_JUDGE)
      .option(
        "--tau <share>",
        "unanswerable at or below min + τ (max − min)",
        numberBetween(0, 1),
        0.75,
      )
      .addOption(choice("--range <of>", "whose min and max", RANGES, "scale"))
      .option("--run <file>", "the run file, gone on with if it is there")
      .option("--from-run <file>", "judge by a run that is finished; no judge is loaded")
      .addOption(choice("--projection <kind>", "logits to aggregate", ["normed", "raw"], "normed"))
      .option("--layers <set>", "all (default), upper, window:0.6-0.8, …; with --from-run too")
      .option("--json", "one JSON object")
      .option("-q, --quiet", "no progress and no notes"),
  ).action(async (questions: string, options: KnowledgeOptions) => {
    const { knowledgeCommand } = await import("./knowledge-command.ts");
    finish(await knowledgeCommand(questions, options, signal));
  });

  program
    .command("inspect")
    .description("Show a run, or one of its items layer by layer.")
    .argument("<run>", "a run file")
    .argument("[id]", "id of an item")
    .action(async (run: string, id: string | undefined) => {
      const { inspectCommand } = await import("./inspect-command.ts");
      finish(await inspectCommand(run, id));
    });

  program
    .command("diff")
    .description("Compare two runs bit by bit: exit 0 when all figures are the same, 1 when not.")
    .argument("<left>", "a run file")
    .argument("<right>", "the run file to compare it with")
    .option("--json", "one JSON object")
    .action(async (left: string, right: string, options: { json?: boolean }) => {
      const { diffCommand } = await import("./diff-command.ts");
      finish(await diffCommand(left, right, options, signal));
    });

  withEvaluationOptions(
    program
      .command("eval")
      .description("Compare all methods with the human scores in run files; no judge is needed.")
      .argument("<run...>", "run files; parts of one run are evaluated as one"),
  )
    .addOption(new Option("--by <what>", "break the table down").choices([...BREAKDOWNS]))
    .option("--json", "one JSON object a run")
    .option("--html <file>", "the report as well")
    .option("--force", "replace the report if it exists")
    .action(async (files: string[], options: EvalOptions) => {
      const { evalCommand } = await import("./eval-command.ts");
      finish(await evalCommand(files, options, signal));
    });

  program
    .command("tune")
    .description("Learn layer weights from the human scores in run files; no judge is needed.")
    .argument("<run...>", "run files; parts of one run are learned from as one")
    .requiredOption("-o, --output <file>", "the weights file")
    .addOption(
      new Option(
        "--recipe <name>",
        "layers (default where there are human scores), lager (the paper's), consensus (default " +
          "without: needs none), or probe (hidden states beside the run: score --capture hidden)",
      ).choices([...TUNE_RECIPES]),
    )
    .option("--folds <n>", "of the cross-validation", wholeNumber(2), TUNE_DEFAULTS.folds)
    .option("--seed <n>", "of folds, order and resamples", wholeNumber(0), TUNE_DEFAULTS.seed)
    .option("--layers <set>", "all, upper, window:0.6-0.8, or 5-20,24 (default: the run's)")
    .addOption(
      new Option("--projection <kind>", "logits (default: the run's)").choices([...PROJECTIONS]),
    )
    .option("--epochs <n>", "of the recipe lager (default: 2)", wholeNumber(1))
    .option("--tune-batch <rows>", "of the recipe lager (default: 4)", wholeNumber(1))
    .option("--from <weights>", "shrink toward these weights, as far as the labels allow")
    .option("--allow-worse", "write weights that do worse than none, too")
    .option("--force", "replace the weights file if it exists")
    .option("-q, --quiet", "no progress and no notes")
    .action(async (files: string[], options: TuneCommandOptions) => {
      const { tuneCommand } = await import("./tune-command.ts");
      finish(await tuneCommand(files, options, signal));
    });

  withEvaluationOptions(
    program
      .command("report")
      .description("Show run files as one HTML page that needs no network, or as SVG files.")
      .argument("<run...>", "run files; parts of one run are evaluated as one")
      .requiredOption("-o, --output <path>", "the page, or with --svg a folder"),
  )
    .option("--svg", "every chart as a file of its own")
    .option("--force", "replace what is there")
    .action(async (files: string[], options: ReportOptions) => {
      const { reportCommand } = await import("./report-command.ts");
      finish(await reportCommand(files, options, signal));
    });

  withEvaluationOptions(
    withJudgeOptions(
      program
        .command("bench")
        .description(
          "Score, tune, evaluate and report a task in several conditions, in one folder.",
        )
        .argument("<task>", "name of a built-in task, or a task file")
        .argument("<data>", "a .jsonl, .json, .csv or .parquet file")
        .option("-j, --judge <judge>", "name, path of a GGUF file, or hf: URI", DEFAULT_JUDGE)
        .option("-o, --output <folder>", "made, or gone on with (default: bench-TASK)")
        .addOption(
          new Option("--condition <list>", "prefill, direct, reasoning, or several of them")
            .argParser(listOf(CONDITIONS))
            .default(["prefill"], "prefill"),
        )
        .option("--max-tokens <n>", "the condition reasoning may write (256)", wholeNumber(1))
        .addOption(
          new Option("--score-position <rule>", "score in what the judge wrote").choices([
            ...SCORE_POSITIONS,
          ]),
        )
        .option("--tune-on <data>", "learn weights on other data (default: on <data>, in folds)")
        .addOption(
          new Option("--recipe <name>", "how weights are learned (default: layers)").choices([
            // A benchmark captures no hidden states.
            ...TUNE_RECIPES.filter((recipe) => recipe !== "probe"),
          ]),
        )
        .option("--folds <n>", "of the cross-validation", wholeNumber(2), TUNE_DEFAULTS.folds)
        .option("--limit <records>", "only the first records of each file", wholeNumber(1))
        .addOption(
          choice("--projection <kind>", "logits to aggregate", ["normed", "raw"], "normed"),
        )
        .option("--layers <set>", "all, reference, upper, window:0.6-0.8, or 5-20,24", "all"),
    ),
  ).action(async (task: string, data: string, options: BenchOptions) => {
    const { benchCommand } = await import("./bench-command.ts");
    finish(await benchCommand(task, data, options, signal));
  });

  program
    .command("doctor")
    .description("Check whether scoring works here, on which device, and how fast.")
    .option("-j, --judge <judge>", "judge to measure the speed with", DEFAULT_JUDGE)
    .addOption(choice("--gpu <backend>", "device for the judge", GPU_CHOICES, "auto"))
    .addOption(
      choice("--prepared <use>", "the file that `judges prepare` kept", PREPARED_CHOICES, "off"),
    )
    .option("--json", "one JSON object")
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import("./doctor-command.ts");
      finish(await doctorCommand(options, signal));
    });

  const tasks = program.command("tasks").description("Find tasks, and check data for them.");
  tasks
    .command("list")
    .description("List the built-in tasks, and where their data is published.")
    .action(async () => {
      const { tasksListCommand } = await import("./tasks-command.ts");
      finish(await tasksListCommand());
    });
  tasks
    .command("show")
    .description("Print a task as it is written.")
    .argument("<name>", "a built-in task, or a task file")
    .action(async (name: string) => {
      const { tasksShowCommand } = await import("./tasks-command.ts");
      finish(await tasksShowCommand(name));
    });
  tasks
    .command("check")
    .description("Check a data file for a task, and show three prompts. No judge is needed.")
    .argument("<name>", "a built-in task, or a task file")
    .argument("<file>", "a .jsonl, .json, .csv or .parquet file")
    .addOption(choice("--condition <how>", "whose prompts are shown", CONDITIONS, "prefill"))
    .option("--json", "one JSON object")
    .action(async (name: string, file: string, options: TasksCheckOptions) => {
      const { tasksCheckCommand } = await import("./tasks-command.ts");
      finish(await tasksCheckCommand(name, file, options, signal));
    });

  const judges = program.command("judges").description("Find, fetch and check judges.");
  judges
    .command("list")
    .description("List the judges that go by a name.")
    .action(async () => {
      const { listCommand } = await import("./judges-command.ts");
      finish(await listCommand());
    });
  judges
    .command("pull")
    .description("Fetch a judge into the cache.")
    .argument("<name>")
    .action(async (name: string) => {
      const { pullCommand } = await import("./judges-command.ts");
      finish(await pullCommand(name, signal));
    });
  judges
    .command("prepare")
    .description("Find the layout of the weights that reads prompts fastest here, and keep it.")
    .argument("<judge>")
    .addOption(choice("--for <device>", "device to prepare for", ["cpu"], "cpu"))
    .option("--threads <n>", "default: one a physical core", wholeNumber(1))
    .option("--json", "one JSON object")
    .action(async (judge: string, options: PrepareCommandOptions) => {
      const { prepareCommand } = await import("./prepare-command.ts");
      finish(await prepareCommand(judge, options, signal));
    });
  withJudgeOptions(
    judges
      .command("info")
      .description("Show what a judge is and how it would be used.")
      .argument("<judge>"),
  ).action(async (judge: string, options: JudgeOptions) => {
    const { infoCommand } = await import("./judges-command.ts");
    finish(await infoCommand(judge, options, signal));
  });
  withJudgeOptions(
    judges
      .command("verify")
      .description("Check a judge's file, and its head against llama.cpp's own logits.")
      .argument("<judge...>")
      .option("--json", "one JSON object a judge"),
  ).action(async (names: string[], options: JudgeOptions & { json?: boolean }) => {
    const { verifyCommand } = await import("./judges-command.ts");
    finish(await verifyCommand(names, options, signal));
  });
  return program;
}

function withEvaluationOptions(command: Command): Command {
  return command
    .option("-w, --weights <file>", "learned weights, as the method lager-tuned")
    .option("--resamples <n>", "of the intervals", wholeNumber(1), DEFAULT_RESAMPLES)
    .addOption(choice("--resample-by <unit>", "what is drawn whole", RESAMPLING_UNITS, "record"))
    .option("--seed <n>", "of the resamples and folds", wholeNumber(0), DEFAULT_SEED)
    .option("-q, --quiet", "no progress and no notes on standard error");
}

function withJudgeOptions(command: Command): Command {
  return command
    .option("--threads <n>", "default: one a physical core", wholeNumber(1))
    .option("--context-size <tokens>", "longest prompt (default: up to 4096)", wholeNumber(16))
    .option("--batch-size <tokens>", "tokens decoded in one call (default: 512)", wholeNumber(32))
    .option("--fast", "flash attention in calls of any length; not the same bits every time")
    .addOption(choice("--kv-type <type>", "numbers of the key-value cache", KV_TYPES, "f16"))
    .addOption(choice("--gpu <backend>", "device for the judge", GPU_CHOICES, "auto"))
    .option(
      "--parallel <n>",
      "prompts decoded at once, for GPUs: auto or a number (auto is 1 on the CPU)",
      autoOrNumber,
      "auto",
    )
    .option("--gpu-layers <n>", "layers on the GPU (default: all)", wholeNumber(0))
    .option("--lora <file[:scale]>", "a LoRA adapter on the judge; may be given again", addAdapter)
    .addOption(
      choice("--prepared <use>", "the file that `judges prepare` kept", PREPARED_CHOICES, "off"),
    )
    .option("--verbose", "llama.cpp's own log");
}
