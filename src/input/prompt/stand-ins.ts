import type { PromptPiece } from "./prompt-text.ts";

/** Private-use code points: no text means anything by them. */
const FIRST = 0xe000;
const LAST = 0xf8ff;
const PRIVATE_USE = /[\uE000-\uF8FF]/g;

/**
 * Characters that stand for special texts of a record while templates are rendered. They occur in
 * nothing else that goes into the prompt, and a stand-in is as long as what it stands for, so that
 * a template that looks at lengths does the same thing.
 */
export class StandIns {
  readonly #free: Iterator<string>;
  readonly #characters = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /** @param taken characters that must not be used; see `privateUseIn` */
  constructor(taken: ReadonlySet<string>) {
    this.#free = freeCharacters(taken);
  }

  /** A character that is used nowhere; `undefined` when there is none left. */
  next(): string | undefined {
    const next = this.#free.next();
    return next.done ? undefined : next.value;
  }

  /** What stands for `text`; `undefined` when no character is left. */
  standInFor(text: string): string | undefined {
    let character = this.#characters.get(text);
    if (character === undefined) {
      character = this.next();
      if (character === undefined) return undefined;
      this.#characters.set(text, character);
      this.#texts.set(character, text);
    }
    return character.repeat(text.length);
  }

  /**
   * Cuts a rendered prompt around the stand-ins, and puts what they stand for in their place as
   * `record` pieces. `undefined` when a filter of the template has cut a stand-in apart.
   */
  restore(rendered: string): PromptPiece[] | undefined {
    const pieces: PromptPiece[] = [];
    let template = "";
    for (const run of equalRuns(rendered)) {
      const text = this.#texts.get(run[0] ?? "");
      if (text === undefined) {
        template += run;
        continue;
      }
      if (run.length % text.length !== 0) return undefined;
      if (template !== "") pieces.push({ text: template, source: "template" });
      template = "";
      for (let count = run.length / text.length; count > 0; count--) {
        pieces.push({ text, source: "record" });
      }
    }
    if (template !== "") pieces.push({ text: template, source: "template" });
    return pieces;
  }
}

/**
 * A text cut into runs of one private-use character each, and of all other characters between them.
 * By a loop: an expression that looks back at what it matched runs out of stack in runs of millions.
 */
function* equalRuns(text: string): Generator<string> {
  let begin = 0;
  while (begin < text.length) {
    const code = text.charCodeAt(begin);
    const isInRun = isPrivateUse(code)
      ? (other: number) => other === code
      : (other: number) => !isPrivateUse(other);
    let end = begin + 1;
    while (end < text.length && isInRun(text.charCodeAt(end))) end++;
    yield text.slice(begin, end);
    begin = end;
  }
}

function isPrivateUse(code: number): boolean {
  return code >= FIRST && code <= LAST;
}

/** The private-use characters of texts. */
export function privateUseIn(texts: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const text of texts) {
    for (const character of text.match(PRIVATE_USE) ?? []) found.add(character);
  }
  return found;
}

function* freeCharacters(taken: ReadonlySet<string>): Generator<string> {
  for (let code = FIRST; code <= LAST; code++) {
    const character = String.fromCharCode(code);
    if (!taken.has(character)) yield character;
  }
}
