// What a user sees when two processes write one run, the disk is full, the output's folder is removed, or
// the input changes: runs the commands, and writes docs/measurements/fault-transcripts.md with what they said.
//
//     npm run transcripts
//
// Needs `npm run build`, the tests' models (`npm run test:cpp`), and on Linux root for a small disk that
// can be filled; without it the transcript of a full disk is left out, and said to be.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { wrapped } from "./wrapped.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = path.join(ROOT, "docs/measurements/fault-transcripts.md");

/**
 * @typedef {{ readonly title: string, readonly about: string, readonly before?: string,
 *   readonly steps: readonly string[], readonly after?: string }} Scene
 */

/** Every command is shown as it is run; `lager` is told of a small judge and of quiet progress. */
/** @type {readonly Scene[]} */
const SCENES = [
  {
    title: "Two writers",
    about: "The second is refused; the first never hears of it, and its file is whole.",
    steps: [
      "(cat data.jsonl; sleep 6) | lager score - -o run.jsonl &",
      "until [ -e run.jsonl ]; do sleep 0.1; done; lager score data.jsonl -o ./../here/run.jsonl --resume",
      "wait; lager inspect run.jsonl | tail -1",
      "# killed, it leaves its lock; whoever comes next takes it over",
      "(cat data.jsonl; sleep 6) | lager score - -o killed.jsonl &",
      "until [ -e killed.jsonl ]; do sleep 0.1; done; kill -9 $(grep -o '\"pid\":[0-9]*' killed.jsonl.lock | cut -d: -f2)",
      "ls *.lock; lager score data.jsonl -o killed.jsonl --resume; ls *.lock; wait",
    ],
  },
  {
    title: "Full disk",
    about: "One error, whole lines, and the same run once there is room.",
    before: "mkdir small && mount -t tmpfs -o size=64k tmpfs small",
    after: "umount small",
    steps: [
      "df --output=size small | tail -1",
      "lager score data.jsonl -o small/run.jsonl",
      "mount -o remount,size=4m small; lager score data.jsonl -o small/run.jsonl --resume",
    ],
  },
  {
    title: "Removed folder",
    about:
      "It is noticed within a second of the next result, and what was scored is saved once more.",
    before: "mkdir results",
    steps: [
      "(head -5 data.jsonl; sleep 8; tail -5 data.jsonl) | lager score - -o results/run.jsonl &",
      "until [ -s results/run.jsonl ]; do sleep 0.1; done; rm -r results; wait",
      "lager score data.jsonl -o results/run.jsonl --resume",
    ],
  },
  {
    title: "Changed input",
    about:
      "While it is read, that is an error, and no torn record is scored. Between two runs, what changed is " +
      "scored anew, in its place.",
    steps: [
      "lager score large.jsonl -o cut.jsonl &",
      "until [ -s cut.jsonl ]; do sleep 0.1; done; truncate -s 150000 large.jsonl; wait",
      "lager score data.jsonl -o run.jsonl",
      "(head -1 data.jsonl | sed s/sky/sea/; sed 's/\"It is 7.\"/\"It is seven.\"/' data.jsonl | grep -v 'Is 9 ') > new.jsonl",
      "lager score new.jsonl -o run.jsonl --resume",
      "lager score new.jsonl -o fresh.jsonl; lager diff run.jsonl fresh.jsonl | head -3",
    ],
  },
];

/** Runs a scene in a folder of its own. */
function play(/** @type {Scene} */ { before, steps, after }) {
  const base = mkdtempSync(path.join(tmpdir(), "lager-scene-"));
  const cwd = path.join(base, "here");
  const run = (/** @type {string} */ script) =>
    spawnSync("bash", ["-c", script], { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
  spawnSync("mkdir", [cwd]);
  copyFileSync(
    path.join(ROOT, "build/fixtures/llama-bpe-untied.gguf"),
    path.join(base, "judge.gguf"),
  );
  const record = (/** @type {number} */ i) =>
    JSON.stringify({ instruction: `Is ${i} a number of the sky?`, response: `It is ${i}.` });
  const data = (/** @type {number} */ count) =>
    `${Array.from({ length: count }, (_, i) => record(i)).join("\n")}\n`;
  writeFileSync(path.join(cwd, "data.jsonl"), data(40));
  writeFileSync(path.join(cwd, "large.jsonl"), data(3000));
  try {
    if (before !== undefined && run(before).status !== 0) return null;
    const lager =
      `lager() { if [ "$1" = score ]; then set -- "$@" --task ${ROOT}/examples/quickstart.yaml ` +
      "-j ../judge.gguf --gpu off --threads 1 --format csv; " +
      `node ${ROOT}/dist/cli/main.js "$@" 2>&1 >/dev/null; ` +
      `else node ${ROOT}/dist/cli/main.js "$@" 2>&1; fi; local code=$?; ` +
      '[ "$1" = score ] && echo "(exit $code)"; return $code; }\n';
    // One shell: what is in the background stays known to it.
    const marked = steps.map((step, i) => `echo "@@${i}"\n${step}`).join("\n");
    const { stdout } = run(`exec 2>&1\n${lager}${marked}`);
    if (after !== undefined) run(after);
    return steps.map((step, i) => {
      const from = stdout.indexOf(`@@${i}\n`) + `@@${i}\n`.length;
      const to = stdout.indexOf(`@@${i + 1}\n`);
      return { step, output: stdout.slice(from, to < 0 ? undefined : to) };
    });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** Progress is left out, and what the shell says of its own jobs. */
function shown(/** @type {string} */ output) {
  return output
    .split("\n")
    .filter((line) => !/^(loading |\d+\/\d+|\d+ done|fetching|checking|$)/.test(line))
    .filter((line) => !/^bash: line \d+|^\[\d+\]|Killed/.test(line))
    .join("\n");
}

const sections = SCENES.map((scene) => {
  const played = play(scene);
  if (played === null)
    return `## ${scene.title}\n\nNot played: no disk could be made for it here.\n`;
  const lines = played.flatMap(({ step, output }) => {
    const said = shown(output);
    const prompt = step.startsWith("#") ? step : `$ ${step}`;
    return [...wrapped(prompt), ...(said === "" ? [] : wrapped(said))];
  });
  return `## ${scene.title}\n\n${scene.about}\n\n\`\`\`console\n${lines.join("\n")}\n\`\`\`\n`;
});

writeFileSync(
  PAGE,
  `# What is said when things go wrong

Four transcripts of the built program with a generated judge; \`lager score\` was given a task, the judge and one
thread besides, and its exit code is shown after what it said on standard error. Long lines go on below. Which
faults these were is in [Faults](faults.md).

${sections.join("\n")}
## Repeat

\`\`\`sh
npm run transcripts
\`\`\`
`,
);
