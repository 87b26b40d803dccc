import { userInfo } from "node:os";
import { PICK_RULES } from "../analysis/rating/pick-ratings.ts";
import { writeWhole } from "../base/files.ts";
import { checkOutput } from "../base/output-checks.ts";
import { runInputs } from "../run/run-paths.ts";
import type { RatingSession } from "../workflows/rate/rating-session.ts";
import { command, commandGroup, flag, oneOf, parsed, required, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { wholeNumber } from "./option-values.ts";
import {
  clearScreen,
  hasColor,
  printLines,
  terminalColumns,
  writeResult,
  writeStdout,
} from "./terminal.ts";

const rate = command({
  name: "rate",
  isDefault: true,
  description: "Score records yourself, one after the other; goes on where you stopped.",
  arguments: [["<run>", "a run file"]],
  options: [
    text("--data <file>", "the data that the run was scored from (default: what the run names)"),
    required(text("-o, --output <file>", "the ratings file, made or gone on with")),
    text("--plan <file>", "what to rate, by lager label plan (default: all that the run scored)"),
    text("--rater <name>", "who you are (default: your user name)"),
    flag("--blind", "do not show the judge's score"),
  ],
  async run([run], { rater, ...options }, signal) {
    const { RatingSession } = await import("../workflows/rate/rating-session.ts");
    await using session = await RatingSession.open(run, {
      ...options,
      rater: rater ?? userInfo().username,
      signal,
    });
    await rateAll(session, signal);
    const { ratedText } = await import("../present/terminal/rating-text.ts");
    const state = ratedText(session.progress(), { run, output: options.output });
    await writeStdout(`\n${state}`);
    signal.throwIfAborted();
    return EXIT.ok;
  },
});

async function rateAll(session: RatingSession, signal: AbortSignal): Promise<void> {
  const { answersText, ratingText } = await import("../present/terminal/rating-text.ts");
  const { readAnswers } = await import("./read-answers.ts");
  const oneKey = session.task.scale.every(({ label }) => [...label].length === 1);
  const show = async (complaint = "") => {
    const view = session.current();
    if (view === null) return;
    clearScreen();
    await writeStdout(ratingText(view, { columns: terminalColumns(), color: hasColor() }));
    printLines("stdout", `${complaint}${answersText(session.task, oneKey)}`);
  };
  await show();
  for await (const answer of readAnswers(oneKey, signal)) {
    if (answer === "q") return;
    const label = session.task.scale.find((each) => each.label === answer);
    if (answer === "b") session.back();
    else if (answer === "s") await session.rate(null);
    else if (label !== undefined) await session.rate(label.value);
    const known = label !== undefined || answer === "b" || answer === "s" || answer === "";
    if (session.current() === null) return;
    await show(known ? "" : `${JSON.stringify(answer)} is no answer. `);
  }
}

const plan = command({
  name: "plan",
  description: "Plan which records to score yourself first; no human score is looked at.",
  arguments: [["<run...>", "run files, parts of one run"]],
  options: [
    required(parsed("-n, --count <ratings>", "how many ratings to give", wholeNumber(1))),
    required(text("-o, --output <file>", "the plan")),
    oneOf(
      "--by <what>",
      "records at random, by variance, or one criterion each",
      PICK_RULES,
      "random",
    ),
    parsed("--seed <n>", "of what is drawn", wholeNumber(0), 42),
    flag("--force", "replace the plan if it exists"),
  ],
  async run([files], { output, force = false, ...options }, signal) {
    await checkOutput(output, force, runInputs(files));
    const { formatPlan, planRatings } = await import("../workflows/rate/plan-ratings.ts");
    const { planText } = await import("../present/terminal/rating-text.ts");
    const planned = await planRatings(files, { ...options, signal });
    await writeWhole(output, formatPlan(planned), "the plan");
    await writeStdout(planText(planned, output));
    return EXIT.ok;
  },
});

const agreement = command({
  name: "agreement",
  description: "How far raters agree: Krippendorff's alpha and the weighted kappa.",
  arguments: [["<ratings...>", "ratings files"]],
  options: [flag("--json", "one JSON object")],
  async run([files], { json }) {
    const { compareRaters } = await import("../workflows/rate/compare-raters.ts");
    const { raterComparisonText } = await import("../present/terminal/rating-text.ts");
    await writeResult(await compareRaters(files), json, raterComparisonText);
    return EXIT.ok;
  },
});

export const labelCommand = commandGroup(
  "label",
  "Score records yourself: plan which, rate them, compare raters.",
  [rate, plan, agreement],
);
