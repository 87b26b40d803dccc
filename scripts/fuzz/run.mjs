// Fuzzing: `npm run fuzz -- --minutes M [--target T] [--seed S] [--cases N] [--keep FOLDER]`, or
// `npm run fuzz -- --replay FILE` for a case that was kept. Cases are seeded and made of steps; one that
// kills, hangs or throws what is no LagerError is made smaller by leaving steps out, and kept as a small
// file.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { fuzz, replay, TARGETS } from "./fuzz.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    target: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
    cases: { type: "string" },
    replay: { type: "string" },
    keep: { type: "string", default: "fuzz-cases" },
  },
});
const targets = values.replay === undefined ? (values.target ?? TARGETS) : [];
const minutes = Number(values.minutes) / targets.length;
const folder = mkdtempSync(path.join(tmpdir(), "lager-fuzz-"));
let found = 0;
if (values.replay !== undefined) {
  console.log(await replay(JSON.parse(readFileSync(values.replay, "utf8")), folder));
}
try {
  if (targets.length > 0) {
    console.log(
      "| target | cases | fine | LagerError | deaths | hangs | bare errors | unhandled |",
    );
    console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  }
  for (const target of targets) {
    const counts = await fuzz({
      ...{ target, folder, seed: values.seed, keep: values.keep },
      cases: values.cases === undefined ? Number.POSITIVE_INFINITY : Number(values.cases),
      milliseconds: minutes * 60_000,
      onFound: ({ verdict, what, detail }) =>
        console.error(
          `${target}: ${verdict}: ${what}\n${detail.split("\n").slice(0, 6).join("\n")}`,
        ),
    });
    found += counts.deaths + counts.hangs + counts.bare + counts.unhandled;
    const { cases, fine, lager, deaths, hangs, bare, unhandled } = counts;
    console.log(`| ${[target, cases, fine, lager, deaths, hangs, bare, unhandled].join(" | ")} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = found === 0 ? 0 : 1;
