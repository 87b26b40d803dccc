// A new user's first ten minutes: runs the commands with the default judge in a new folder, and writes
// docs/measurements/first-minutes.md with what they said.
//
//     npm run first-minutes
//
// Needs `npm run build`; the default judge is fetched if it is not there.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { wrapped } from "./wrapped.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = path.join(ROOT, "docs/measurements/first-minutes.md");

const STEPS = [
  ["Begin with files to change", "lager init judging && cd judging"],
  [
    "Ask about one answer",
    'lager score --task task.yaml --instruction "Can I export my notes?" --response "Yes: Settings, Data, Export."',
  ],
  ["Look at what the judge is shown", "lager tasks check task.yaml answers.jsonl | head -30"],
  ["Score a file", "lager score answers.jsonl -o run.jsonl"],
  [
    "Look at what scored lowest",
    "lager inspect run.jsonl --sort score --top 3 --where criterion=accuracy",
  ],
  ["Compare the two systems that wrote the answers", "lager compare run.jsonl --by system"],
  ["Does it agree with people?", "lager eval run.jsonl | head -14"],
  [
    "Hold it to a limit, as a workflow would",
    'lager gate run.jsonl --min accuracy=2; echo "exit $?"',
  ],
];

/** @param {string} cwd @param {readonly string[]} commands */
function played(cwd, commands) {
  const marked = commands.map((command, i) => `echo "@@${i}"\n${command}`).join("\n");
  const lager = `lager() { node ${ROOT}/dist/cli/main.js "$@"; }\n`;
  const { stdout } = spawnSync("bash", ["-c", `exec 2>&1\n${lager}${marked}`], {
    cwd,
    encoding: "utf8",
  });
  return commands.map((_, i) => {
    const from = stdout.indexOf(`@@${i}\n`) + `@@${i}\n`.length;
    const to = stdout.indexOf(`@@${i + 1}\n`);
    return stdout.slice(from, to < 0 ? undefined : to);
  });
}

const cwd = mkdtempSync(path.join(tmpdir(), "lager-first-"));
const began = performance.now();
const outputs = played(
  cwd,
  STEPS.map(([, command = ""]) => command),
);
const seconds = Math.round((performance.now() - began) / 1000);
rmSync(cwd, { recursive: true, force: true });

const scenes = STEPS.map(([title, command], i) => {
  const output = (outputs[i] ?? "").replaceAll(cwd, "~").trimEnd();
  const lines = wrapped(`$ ${command}\n${output}`).join("\n");
  return `## ${title}\n\n\`\`\`console\n${lines}\n\`\`\`\n`;
});
writeFileSync(
  PAGE,
  `# The first ten minutes\n\nWhat a new user sees, from an empty folder to a gate, with the default judge, which is a ` +
    `toy: its scores hardly\ntell these answers apart. The commands took ${seconds} seconds together.\n\n${scenes.join("\n")}\n` +
    "## Repeat\n\n```sh\nnpm run first-minutes\n```\n",
);
