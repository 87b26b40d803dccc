import { createHash } from "node:crypto";
import { LagerError } from "../../base/errors.ts";
import { isString, parseJson } from "../../base/json.ts";
import { shortHash } from "../../base/short-hash.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { Judge } from "../../judge/judge.ts";
import type { Session } from "../../judge/session.ts";
import { compareHeaders, type HeaderDifference } from "../../run/compare-headers.ts";
import { parseRunHeader } from "../../run/parse-run-header.ts";
import type { MachineClass, RunHeader } from "../../run/run-format.ts";
import { runPartDifference } from "../../run/run-parts.ts";

/** What decides the bits of a machine's scores. */
export interface Fingerprint {
  readonly header: RunHeader;
  /** SHA-256 of what the machine computed for three prompts that are always the same. */
  readonly canary: string;
}

/** Calls of one token, of less than a tile of attention, and of several: each takes other kernels. */
const CANARY_TOKENS = [1, 40, 300];
const CANARY_TEXT =
  "The quick brown fox jumps over 13 lazy dogs, and asks: how good was that, from 1 to 5? ".repeat(
    20,
  );

/** Shown of a value that differs. */
const VALUE_LENGTH = 100;

/** Computes a machine's fingerprint. */
export async function fingerprintOf(judge: Judge, session: Session): Promise<Fingerprint> {
  return { header: session.header(), canary: await canary(judge, session) };
}

/**
 * All logits of fixed prompts: what no list of features catches (a kernel, a driver, broken memory)
 * shows here.
 */
async function canary({ engine }: Judge, session: Session): Promise<string> {
  const hash = createHash("sha256");
  const labels = new Set(session.labels.map(({ tokens }) => tokens[0] ?? 0));
  const [text = new Int32Array()] = await engine.tokenize([{ text: CANARY_TEXT, special: false }]);
  const longest = Math.min(text.length, engine.info.contextSize - 1);
  for (const plainAttention of attentionsOf(session)) {
    for (const length of CANARY_TOKENS) {
      const tokens = text.slice(0, Math.min(length, longest));
      const options = { fresh: true, plainAttention };
      const { normed, raw } = await engine.capture(tokens, Int32Array.from(labels), options);
      for (const { buffer, byteOffset, byteLength } of [normed, raw]) {
        hash.update(new Uint8Array(buffer, byteOffset, byteLength));
      }
    }
  }
  return hash.digest("hex");
}

/** The kinds of attention that a session's prompts take: `plainAttention` of the engine's captures. */
export function attentionsOf({ labels, condition }: Session): readonly boolean[] {
  const goesOn =
    condition.condition !== "prefill" || labels.some(({ tokens }) => tokens.length > 1);
  return goesOn ? [false, true] : [false];
}

/** The first field by which two machines may compute other bits; null where there is none. */
export function machineDifference(left: RunHeader, right: RunHeader): HeaderDifference | null {
  return compareHeaders(left, right).find(({ field }) => !isFree(field, left, right)) ?? null;
}

/** Fields that change no bit: what a judge is called, threads, and which CPU has the same features. */
function isFree(field: string, left: RunHeader, right: RunHeader): boolean {
  if (field === "llama.devices") return [left, right].every(({ llama }) => llama.backend === "CPU");
  return field === "judge.name" || field === "machine.threads";
}

/** The same for machines of one kind. */
export function classOf({ llama, machine }: MachineClass): string {
  const { release, backend, devices } = llama;
  const { threads: _, ...facts } = machine;
  return shortHash(JSON.stringify([release, backend, backend === "CPU" ? null : devices, facts]));
}

/**
 * Checks that a machine may score a run that machines of several kinds score.
 *
 * @throws LagerError `MACHINE_MISMATCH` with the field that differs.
 */
export function requireSamePart(own: Fingerprint, run: Fingerprint): void {
  const field = runPartDifference(run.header, own.header);
  if (field !== null) throw refused(field, "another", "the first machine's");
}

/**
 * Checks that a machine computes the bits that a run was begun with.
 *
 * @throws LagerError `MACHINE_MISMATCH` with the field that differs.
 */
export function requireSameMachine(own: Fingerprint, run: Fingerprint): void {
  const other = machineDifference(run.header, own.header);
  if (other !== null) throw refused(other.field, other.right, other.left);
  if (own.canary !== run.canary) throw refused("canary", own.canary, run.canary);
}

function refused(field: string, own: unknown, run: unknown): LagerError {
  return new LagerError(
    "MACHINE_MISMATCH",
    `this machine computes other bits than the run was begun with: ${field} is ${shown(own)} here, and ` +
      `${shown(run)} in the run; score it on machines of one kind`,
  );
}

function shown(value: unknown): string {
  const text = visibleText(JSON.stringify(value) ?? "missing");
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text;
}

/** A fingerprint as it is kept. */
export function formatFingerprint(fingerprint: Fingerprint): string {
  return `${JSON.stringify(fingerprint)}\n`;
}

/** @throws LagerError `INVALID_RUN`. */
export function parseFingerprint(text: string, file: string): Fingerprint {
  const place = { file };
  const wrong = (reason: string, cause?: unknown) =>
    new LagerError("INVALID_RUN", `this is no fingerprint: ${reason}`, { place, cause });
  const value = parseJson(text, wrong) as { readonly header?: unknown; readonly canary?: unknown };
  if (!isString(value?.canary)) throw wrong("it has no canary");
  return { header: parseRunHeader(value.header, place), canary: value.canary };
}
