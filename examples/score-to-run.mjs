// Scores a data set into a run file: the one that `lager score` writes, byte for byte. A session owns
// everything that the run depends on. OPTIONS are the library's, as JSON: '{"hidden":"upper"}'
//
//   node examples/score-to-run.mjs DATA TASK JUDGE RUN [OPTIONS]
import { loadJudge, readRecords, scoreToRun } from "lager-judge";

const [data, task, judgeName, runFile, options = "{}"] = process.argv.slice(2);
const judge = await loadJudge(judgeName, JSON.parse(options));
try {
  const session = await judge.openSession(task, JSON.parse(options));
  const entries = readRecords(data, session.task);
  const { summary } = await scoreToRun(session, entries, runFile, { input: data });
  console.log(`${runFile}: ${summary.scores} of ${summary.lines} results are scores`);
} finally {
  await judge.dispose();
}
