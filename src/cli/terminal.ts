import { errorMessage, LagerError } from "../base/errors.ts";
import { visibleJson, visibleLines, visibleText } from "../base/visible-text.ts";
import type { TerminalText, TextStyle } from "../present/terminal/styled-text.ts";

/** Where a command writes to: both may be a terminal, a file or another program. */
type Target = "stdout" | "stderr";

const ERASE_LINE = "\r\x1b[2K";
const CLEAR_SCREEN = "\x1b[H\x1b[2J\x1b[3J";

/** The first failure of each target; a stream that failed stays so. */
const failures: Partial<Record<Target, NodeJS.ErrnoException>> = {};

/** The last write to each target: they end in their order. */
const last = new Map<Target, Promise<void>>();

/**
 * Writes to a terminal: nothing else in this package does, and the lint rule `terminal` sees to
 * it. Whatever a text holds is made visible here; only the styles and control sequences that this
 * file itself puts around it reach the terminal as such.
 *
 * @returns when it is out, so that a slow reader slows the command down instead of filling memory.
 */
function send(target: Target, parts: readonly TerminalPart[]): Promise<void> {
  const stream = target === "stdout" ? process.stdout : process.stderr;
  if (!last.has(target)) {
    // Without a listener a reader that leaves would end the process with a stack trace.
    stream.on("error", (error) => {
      failures[target] ??= error;
    });
  }
  const text = parts.map(drawn).join("");
  const written = new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === undefined || error === null) resolve();
      else {
        failures[target] ??= error;
        reject(error);
      }
    });
  });
  last.set(target, written);
  return written;
}

/** A part of what is sent: its kind says what is made visible in it. */
type TerminalPart =
  | { readonly kind: "line" | "lines" | "json"; readonly text: string; readonly style?: TextStyle }
  | { readonly kind: "clear-screen" | "erase-line" | "line-end" };

function drawn(part: TerminalPart): string {
  switch (part.kind) {
    case "clear-screen":
      return CLEAR_SCREEN;
    case "erase-line":
      return ERASE_LINE;
    case "line-end":
      return "\n";
    case "json":
      return visibleJson(part.text);
    case "line":
      return inStyle(visibleText(part.text), part.style);
    case "lines":
      return inStyle(visibleLines(part.text), part.style);
  }
}

function inStyle(text: string, style: TextStyle | undefined): string {
  if (style === undefined) return text;
  const code = style === "bold" ? "1" : `48;5;${style.background}`;
  return `\x1b[${code}m${text}\x1b[0m`;
}

function partsOf(text: TerminalText): TerminalPart[] {
  const pieces = typeof text === "string" ? [text] : text;
  return pieces.map((piece) =>
    typeof piece === "string" ? { kind: "lines", text: piece } : { kind: "lines", ...piece },
  );
}

/**
 * Prints lines to standard output.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export function writeStdout(text: TerminalText): Promise<void> {
  return send("stdout", partsOf(text)).catch(throwUnwritable);
}

/**
 * Prints a line of JSON to standard output: the same value, and nothing in it that is not seen.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export function writeJson(json: string): Promise<void> {
  return send("stdout", [{ kind: "json", text: json }, { kind: "line-end" }]).catch(
    throwUnwritable,
  );
}

/** Prints what a command found out: as one JSON object, or as a text for the terminal. */
export function writeResult<Result>(
  result: Result,
  json: boolean | undefined,
  text: (result: Result, options: { readonly columns: number }) => string,
): Promise<void> {
  return json === true
    ? writeJson(JSON.stringify(result))
    : writeStdout(text(result, { columns: terminalColumns() }));
}

/** Prints lines without waiting for them; {@link stdoutFailure} tells whether that failed. */
export function printLines(target: Target, text: string): void {
  send(target, partsOf(text)).catch(remembered);
}

/** Prints one line to standard error, whatever line ends are in the text. */
export function printNote(text: string): void {
  send("stderr", [{ kind: "line", text }, { kind: "line-end" }]).catch(remembered);
}

/** Draws the line of standard error's terminal anew, and stays on it; an empty one is taken away. */
export function redrawLine(text: string): void {
  send("stderr", [{ kind: "erase-line" }, { kind: "line", text }]).catch(remembered);
}

/** Clears standard output's screen, where it is a terminal's. */
export function clearScreen(): void {
  if (process.stdout.isTTY === true) send("stdout", [{ kind: "clear-screen" }]).catch(remembered);
}

/** Nobody waits for these: `send` has kept the failure. */
function remembered(): void {}

/** Waits until all is out, and tells why standard output could not be written, if it could not. */
export async function stdoutFailure(): Promise<LagerError | null> {
  await Promise.allSettled(last.values());
  return failures.stdout === undefined ? null : unwritable(failures.stdout);
}

/** Whether the program that read standard output has left, as `head` does when it has seen enough. */
export function readerHasLeft(): boolean {
  return failures.stdout?.code === "EPIPE";
}

function unwritable(cause: unknown): LagerError {
  const what = `standard output cannot be written: ${errorMessage(cause)}`;
  return new LagerError("UNWRITABLE_OUTPUT", what, { cause });
}

function throwUnwritable(cause: unknown): never {
  throw unwritable(cause);
}

/** Columns of the terminal, or as many as a text has that is piped somewhere. */
export function terminalColumns(elsewhere = 100): number {
  return process.stdout.columns ?? elsewhere;
}

/** Whether standard output shows colours, and the user wants them. */
export function hasColor(): boolean {
  return process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
}

/** Columns of the terminal that standard error is; null where it is none. */
export function statusColumns(): number | null {
  return process.stderr.isTTY === true ? (process.stderr.columns ?? 80) : null;
}
