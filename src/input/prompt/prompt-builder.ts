import { LagerError } from "../../base/errors.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import type { Asked } from "../task/checklist.ts";
import type { Condition } from "../task/condition.ts";
import type { Task } from "../task/task.ts";
import type { ChatTemplate } from "./chat-template.ts";
import { PromptRenderer } from "./prompt-renderer.ts";
import type { PromptPiece, PromptText } from "./prompt-text.ts";
import { changeTexts, textsOf } from "./record-texts.ts";
import { privateUseIn, Shades } from "./shades.ts";
import type { Occurrence, SpecialText } from "./special-texts.ts";
import { SpecialTexts } from "./special-texts.ts";

/** A record whose texts are shaded. */
interface ShadedRecord {
  readonly record: DatasetRecord;
  readonly shades: Shades;
}

/**
 * Builds the prompt of a record and a criterion, so that no text of a record can become a special
 * token of the judge.
 *
 * The templates are rendered twice: with the record, and with every character of it that occurs in
 * a special text shaded, so that the second prompt tells where each character of the first is from.
 * Special texts from the record are cut out as pieces of their own; those that come about only where
 * record text meets other text, or in a filter, are refused. Without any (the ordinary case) the
 * prompt stays one piece, so that it is tokenised like any other string.
 */
export class PromptBuilder {
  readonly #chatTemplate: ChatTemplate;
  readonly #renderer: PromptRenderer;
  /** What the assistant's turn is opened with: nothing when the judge writes the answer itself. */
  readonly #opening: string;
  readonly #specials: SpecialTexts;
  /** Keys of records that the templates name, which they must find. */
  readonly #names: ReadonlySet<string>;
  /** Private-use characters of the task, the chat template and the special tokens. */
  readonly #privateUse: ReadonlySet<string>;
  /** For records that have no private-use characters of their own. */
  readonly #shades: Shades | undefined;
  /** Of the last record alone: the criteria of one come one after the other. */
  #last: { readonly record: DatasetRecord; readonly shaded: ShadedRecord } | undefined;

  /**
   * @param specialTokens the judge's special tokens
   * @param condition who writes the answer prefix; default `prefill`
   * @throws LagerError TEMPLATE_FAILED
   */
  constructor(
    task: Task,
    chatTemplate: ChatTemplate,
    specialTokens: readonly SpecialText[],
    condition: Condition = "prefill",
  ) {
    this.#chatTemplate = chatTemplate;
    this.#renderer = new PromptRenderer(task, condition);
    this.#names = this.#renderer.names;
    this.#opening = condition === "prefill" ? task.answerPrefix : "";
    this.#specials = new SpecialTexts(specialTokens, chatTemplate.source);
    const { texts } = this.#specials;
    this.#privateUse = privateUseIn([JSON.stringify(task), chatTemplate.source, ...texts]);
    this.#shades = Shades.of(texts, this.#privateUse);
  }

  /**
   * @throws LagerError TEMPLATE_FAILED; UNSAFE_PROMPT when record text would become a special token
   *   together with the text around it
   */
  build(asked: Asked, record: DatasetRecord): PromptText {
    const shaded = this.#shade(record);
    const text = this.#render(asked, record);
    const { shades } = shaded;
    const neutral = this.#render(asked, shaded.record, (each) => shades.reveal(each));
    const found = this.#specials.occurrencesIn(text);
    const own = this.#specials.occurrencesIn(neutral);
    if (shades.reveal(neutral) !== text) {
      // A filter has made another text of the record's: characters cannot be told apart then.
      requireSame(record, found, own);
      return { pieces: [{ text, source: "template" }], neutral };
    }
    const origin = originOf(neutral, shades);
    const origins = new Set(found.map(origin));
    if (origins.has("both")) {
      const mixed = found.find((each) => origin(each) === "both");
      throw changed(record, mixed?.text ?? "");
    }
    if (!origins.has("record")) {
      requireSame(record, found, own);
      return { pieces: [{ text, source: "template" }], neutral };
    }
    const foreign = this.#specials.longestIn(text).filter((each) => origin(each) === "record");
    const pieces = cutOut(text, foreign);
    const left = pieces.flatMap(({ text: piece, source }) =>
      source === "template" ? this.#specials.occurrencesIn(piece) : [],
    );
    requireSame(record, left, own);
    return { pieces, neutral };
  }

  #render(asked: Asked, record: DatasetRecord, reveal?: (text: string) => string): string {
    const turns = this.#renderer.render(asked, record, reveal);
    return this.#chatTemplate.render(turns, this.#opening, { record: record.id }, reveal);
  }

  #shade(record: DatasetRecord): ShadedRecord {
    if (this.#last?.record !== record) {
      this.#last = { record, shaded: this.#makeShaded(record) };
    }
    return this.#last.shaded;
  }

  #makeShaded(record: DatasetRecord): ShadedRecord {
    const taken = privateUseIn(textsOf(record));
    const shades =
      taken.size === 0
        ? this.#shades
        : Shades.of(this.#specials.texts, new Set([...this.#privateUse, ...taken]));
    if (shades === undefined) {
      throw unsafe(
        record,
        "it uses so many private-use characters that none are left to mark with",
      );
    }
    const isKeyKept = (key: string) => this.#names.has(key) && !this.#specials.isIn(key);
    return { record: changeTexts(record, (text) => shades.shade(text), isKeyKept), shades };
  }
}

/** The whole text of a prompt. */
export function promptString(prompt: PromptText): string {
  return prompt.pieces.map(({ text }: PromptPiece) => text).join("");
}

/** Tells where a special text of a prompt is from, by the prompt's shaded twin. */
function originOf(
  neutral: string,
  shades: Shades,
): (occurrence: Occurrence) => "template" | "record" | "both" {
  return ({ index, text }) => {
    let shaded = 0;
    let plain = 0;
    for (let at = index; at < index + text.length; at++) {
      const unit = neutral.charCodeAt(at);
      if (shades.isShade(unit)) shaded++;
      else if (shades.isShadeable(unit)) plain++;
    }
    if (shaded === 0) return "template";
    return plain === 0 ? "record" : "both";
  };
}

/** A text with pieces of it as `record` pieces. */
function cutOut(text: string, occurrences: readonly Occurrence[]): PromptPiece[] {
  const pieces: PromptPiece[] = [];
  let begin = 0;
  const add = (end: number) => {
    if (end > begin) pieces.push({ text: text.slice(begin, end), source: "template" });
  };
  for (const { index, text: special } of occurrences) {
    add(index);
    pieces.push({ text: special, source: "record" });
    begin = index + special.length;
  }
  add(text.length);
  return pieces;
}

function requireSame(
  record: DatasetRecord,
  found: readonly Occurrence[],
  own: readonly Occurrence[],
): void {
  const at = found.findIndex(({ text }, index) => text !== own[index]?.text);
  if (at !== -1 || found.length !== own.length) {
    throw changed(record, (found[at] ?? own[found.length])?.text ?? "");
  }
}

function changed(record: DatasetRecord, special: string): LagerError {
  return unsafe(
    record,
    "together with the text around it or in a filter, the record's text changes where the special " +
      `token ${JSON.stringify(special)} stands`,
  );
}

function unsafe(record: DatasetRecord, reason: string): LagerError {
  return new LagerError(
    "UNSAFE_PROMPT",
    `this record could change the turns of the prompt: ${reason}; change that text of the record, ` +
      "or the task's template",
    { place: { record: record.id } },
  );
}
