import { beginsWithThoughts, thoughtsLeftOpen } from "./thought-block.ts";

/** What a chat template makes of a probe conversation: each text begins behind the user's own. */
export interface ProbedTurn {
  /** To the end, with the generation prompt. */
  readonly generated: string;
  /** Up to the answer, where the conversation holds one; undefined when the template shows none. */
  readonly answered: string | undefined;
  /** Around the thoughts of an answer that has some; undefined when the template shows no thoughts. */
  readonly thoughts: { readonly before: string; readonly after: string } | undefined;
}

/** Where the judge's final answer begins. */
export interface AnswerStart {
  /** What stands between the user's text and the answer. */
  readonly text: string;
  /**
   * Whose it is: the generation prompt as the template writes it; the rendered answer; a generation
   * prompt whose thoughts were closed as the template's own text shows it (`empty thoughts`), or in
   * a way in which the template never writes an answer (`cut thoughts`).
   */
  readonly from: "generation prompt" | "rendered answer" | "empty thoughts" | "cut thoughts";
}

/**
 * What a chat template puts between the user's turn and the judge's final answer.
 *
 * The rendered answer is asked first: it shows channel headers, empty thoughts, and the opening of
 * the turn where there is no generation prompt. A generation prompt that opens thoughts is closed as
 * the template writes empty thoughts, or else as it ends thoughts that are not empty.
 *
 * @param source the template's text, which may hold the closing tag of thoughts that it never shows
 */
export function findAnswerStart(turn: ProbedTurn, source: string): AnswerStart {
  const { generated, answered, thoughts } = turn;
  const start = (text: string): AnswerStart =>
    text === generated
      ? { text, from: "generation prompt" }
      : { text, from: text === answered ? "rendered answer" : "empty thoughts" };
  if (!answered?.startsWith(generated)) {
    const closing = thoughts && closingOf(thoughts, generated);
    if (closing !== undefined) {
      return answered !== undefined && endsLike(answered, closing.after)
        ? start(answered)
        : { text: closing.before + closing.after, from: "cut thoughts" };
    }
  }
  const text = answered?.startsWith(generated) ? answered : generated;
  const open = thoughtsLeftOpen(text, source);
  if (open === undefined) return start(withHeader(text, answered));
  if (answered !== undefined && endsLike(answered, open.closingTag)) return start(answered);
  const closed = withHeader(open.closed, answered);
  return open.isTemplatesOwn ? start(closed) : { text: closed, from: "cut thoughts" };
}

/** How thoughts end that the generation prompt leaves open; undefined when it opens none. */
function closingOf(
  { before, after }: { readonly before: string; readonly after: string },
  generated: string,
): { readonly before: string; readonly after: string } | undefined {
  if (before.trimEnd() === generated.trimEnd()) {
    return { before: before.length > generated.length ? before : generated, after };
  }
  // The generation prompt may hold the first words of the thoughts, too.
  return generated.startsWith(before) && !endsLike(generated, after)
    ? { before: generated, after }
    : undefined;
}

/** The header of the answer itself, where it stands behind thoughts that are empty. */
function withHeader(text: string, answered: string | undefined): string {
  if (answered === undefined) return text;
  const shared = sharedLength(text, answered);
  const header = answered.slice(shared);
  if (header.trim() === "" || endsLike(text, header)) return text;
  return beginsWithThoughts(text.slice(shared)) ? text + header : text;
}

/** Characters with which both texts begin, without a tag that one of them goes on with. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  const tag = /[<[][^<>[\]]*$/.exec(a.slice(0, length));
  return tag === null ? length : tag.index;
}

/** Whether `text` ends with `end`, white space at their ends aside. */
function endsLike(text: string, end: string): boolean {
  return text.trimEnd().endsWith(end.trim());
}
