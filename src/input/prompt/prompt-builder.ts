import { LagerError } from "../../base/errors.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import type { Condition } from "../task/condition.ts";
import type { Criterion, Task } from "../task/task.ts";
import type { ChatTemplate } from "./chat-template.ts";
import { PromptRenderer } from "./prompt-renderer.ts";
import type { PromptPiece, PromptText } from "./prompt-text.ts";
import { changeTexts, textsOf } from "./record-texts.ts";
import type { SpecialText } from "./special-texts.ts";
import { SpecialTexts } from "./special-texts.ts";
import { privateUseIn, StandIns } from "./stand-ins.ts";

/** A record in the two forms in which it is rendered. */
interface GuardedRecord {
  /** Special texts in it are replaced by stand-ins; the record itself when it has none. */
  readonly marked: DatasetRecord;
  /** Every text in it is replaced by as much meaningless text. */
  readonly neutral: DatasetRecord;
  readonly standIns: StandIns;
}

/**
 * Builds the prompt of a record and a criterion, so that no text of a record can become a special
 * token of the judge.
 *
 * 1. Special texts in the record are replaced by stand-ins, the templates are rendered, and the
 *    prompt is cut around the stand-ins. Without any (the ordinary case) the prompt stays one piece,
 *    so that it is tokenised like any other string.
 * 2. The templates are rendered once more, with meaningless text in place of all record text. What
 *    special texts are in that prompt come from the templates alone; the real one must have exactly
 *    these. That also finds special texts that come about only where record text meets other text,
 *    or in a filter.
 */
export class PromptBuilder {
  readonly #task: Task;
  readonly #chatTemplate: ChatTemplate;
  readonly #renderer: PromptRenderer;
  /** What the assistant's turn is opened with: nothing when the judge writes the answer itself. */
  readonly #opening: string;
  readonly #specials: SpecialTexts;
  /** Private-use characters of the task, the chat template and the special tokens. */
  readonly #privateUse: ReadonlySet<string>;
  /** Of the last record alone: the criteria of one come one after the other. */
  #last: { readonly record: DatasetRecord; readonly guarded: GuardedRecord } | undefined;

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
    this.#task = task;
    this.#chatTemplate = chatTemplate;
    this.#renderer = new PromptRenderer(task, condition);
    this.#opening = condition === "prefill" ? task.answerPrefix : "";
    this.#specials = new SpecialTexts(specialTokens, chatTemplate.source);
    this.#privateUse = privateUseIn([
      JSON.stringify(task),
      chatTemplate.source,
      this.#specials.joined,
    ]);
  }

  /**
   * @throws LagerError TEMPLATE_FAILED; UNSAFE_PROMPT when record text would become a special token
   *   together with the text around it
   */
  build(criterion: Criterion, record: DatasetRecord): PromptText {
    const { marked, neutral, standIns } = this.#guard(record);
    const pieces = standIns.restore(this.#render(criterion, marked));
    if (pieces === undefined) {
      throw unsafe(record, "a filter in the task's template cuts through a special token's text");
    }
    const expected = this.#specials.sequenceIn(this.#render(criterion, neutral));
    const found = pieces.flatMap(({ text, source }) =>
      source === "template" ? this.#specials.sequenceIn(text) : [],
    );
    const at = found.findIndex((text, index) => text !== expected[index]);
    if (at !== -1 || found.length !== expected.length) {
      const text = found[at] ?? expected[found.length];
      throw unsafe(
        record,
        `together with the text around it, the record's text changes where the special token ${JSON.stringify(text)} stands`,
      );
    }
    return { pieces };
  }

  #render(criterion: Criterion, record: DatasetRecord): string {
    const turns = this.#renderer.render(criterion, record);
    return this.#chatTemplate.render(turns, this.#opening, { record: record.id });
  }

  #guard(record: DatasetRecord): GuardedRecord {
    if (this.#last?.record !== record) {
      this.#last = { record, guarded: this.#makeGuarded(record) };
    }
    return this.#last.guarded;
  }

  #makeGuarded(record: DatasetRecord): GuardedRecord {
    const { prompt, system = "" } = this.#task;
    const isKeyKept = (key: string) => prompt.includes(key) || system.includes(key);
    const standIns = new StandIns(new Set([...this.#privateUse, ...privateUseIn(textsOf(record))]));
    let isMarked = false;
    const mark = (text: string) =>
      this.#specials.replaceIn(text, (special) => {
        isMarked = true;
        return standIns.standInFor(special) ?? outOfStandIns(record);
      });
    const blank = standIns.next() ?? outOfStandIns(record);
    const marked = changeTexts(record, mark, isKeyKept);
    const neutralise = (text: string) => text.replace(/\S/g, blank);
    return {
      marked: isMarked ? marked : record,
      neutral: changeTexts(record, neutralise, isKeyKept),
      standIns,
    };
  }
}

/** The whole text of a prompt. */
export function promptString(prompt: PromptText): string {
  return prompt.pieces.map(({ text }: PromptPiece) => text).join("");
}

function outOfStandIns(record: DatasetRecord): never {
  throw unsafe(record, "the record uses all private-use characters, so none is left to mark with");
}

function unsafe(record: DatasetRecord, reason: string): LagerError {
  return new LagerError(
    "UNSAFE_PROMPT",
    `this record could change the turns of the prompt: ${reason}; change that text of the record, ` +
      "or the task's template",
    { place: { record: record.id } },
  );
}
