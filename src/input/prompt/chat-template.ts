import { checkArguments, OBJECT, objectOf, optional, orNull, TEXT } from "../../base/arguments.ts";
import type { ErrorPlace } from "../../base/errors.ts";
import { LagerError } from "../../base/errors.ts";
import { type AnswerStart, findAnswerStart } from "./answer-start.ts";
import { TemplateLimitError } from "./bounded-interpreter.ts";
import { GGUF_CHAT_TEMPLATE } from "./gguf-field.ts";
import { JinjaTemplate, templateFault } from "./jinja-template.ts";
import { type Message, PROBE, probeTurn } from "./probe-turn.ts";
import type { Turns } from "./prompt-renderer.ts";
import { templateDate } from "./template-clock.ts";

/** Texts of the judge's special tokens that chat templates print; empty when it has none. */
export interface TemplateTokens {
  readonly bosToken: string;
  readonly eosToken: string;
}

/** How a template wants to be asked. */
interface TemplateForm {
  /** The text of a message: as a text, or as a list of parts. */
  readonly content: (text: string) => unknown;
  /** What it reads beside the messages. */
  readonly variables: Readonly<Record<string, unknown>>;
}

const CONTENTS: readonly TemplateForm["content"][] = [
  (text) => text,
  (text) => [{ type: "text", text }],
];
/** Templates for the use of tools may fail without a list of them; a few read more than that. */
const VARIABLES: readonly TemplateForm["variables"][] = [
  { tools: null },
  { tools: [] },
  { tools: [], functions: "", datetime: templateDate("%b %d %Y") },
];

/** How the assistant's turn is opened behind the turns of a conversation. */
export interface Opening {
  /** What the template itself puts there. */
  readonly generated: string;
  /** What is put there in its place, so that the judge's final answer follows. */
  readonly opening: string;
  readonly from: AnswerStart["from"];
  readonly notice: string | undefined;
}

/**
 * A judge's chat template, as its GGUF or its user gives it (Jinja).
 *
 * A judge without one gets its prompt as plain text: the turns, a blank line, and the answer prefix
 * (`isFallback` is true then).
 */
export class ChatTemplate {
  /** True when the judge has no chat template. */
  readonly isFallback: boolean;
  /** The template's text; empty when there is none. */
  readonly source: string;
  readonly #template: JinjaTemplate | undefined;
  readonly #tokens: TemplateTokens;
  readonly #place: ErrorPlace;
  readonly #form: TemplateForm;
  /** Found out when a turn of that kind is first rendered. */
  readonly #openings = new Map<"system" | "user", Opening>();
  #showsSystem: boolean | undefined;

  /**
   * @param source the GGUF's `tokenizer.chat_template` or another one, or `null`
   * @param place where it is from, for errors
   * @throws LagerError TEMPLATE_FAILED when it does not compile, exceeds the bounds on what a
   *   template may cost, or never shows the user's turn
   */
  constructor(
    source: string | null,
    tokens: TemplateTokens,
    place: ErrorPlace = { field: GGUF_CHAT_TEMPLATE },
  ) {
    checkArguments("ChatTemplate", {
      source: [source, orNull(TEXT)],
      tokens: [tokens, objectOf({ bosToken: TEXT, eosToken: TEXT })],
      place: [place, OBJECT],
    });
    this.isFallback = source === null;
    this.source = source ?? "";
    this.#tokens = tokens;
    this.#place = place;
    this.#template = source === null ? undefined : this.#compile(source);
    this.#form = this.#findForm();
  }

  /**
   * What a person should know of the scores that are read behind this template, said of the judge:
   * "has …". Mostly nothing.
   */
  get notice(): string | undefined {
    if (this.isFallback) {
      return "has no chat template; prompts are plain text, which suits base models only";
    }
    return this.#opening("user").notice;
  }

  /** What the assistant's turn is opened with behind the user's, and whose that is. */
  opening(hasSystem = false): Pick<Opening, "opening" | "from"> {
    return this.#opening(hasSystem && this.#hasSystemTurn() ? "system" : "user");
  }

  /**
   * The whole prompt: the turns, the assistant's turn up to where its final answer begins, and the
   * answer prefix. A system text that the template has no place for is put in front of the user's
   * text.
   *
   * @param reveal what shaded text in the turns stands for; see `Shades`
   * @throws LagerError TEMPLATE_FAILED
   */
  render(
    turns: Turns,
    answerPrefix: string,
    place: ErrorPlace = {},
    reveal?: (text: string) => string,
  ): string {
    checkArguments("ChatTemplate.render", {
      turns: [turns, objectOf({ system: optional(TEXT), user: TEXT })],
      answerPrefix: [answerPrefix, TEXT],
      place: [place, OBJECT],
    });
    const { system, user } = turns;
    const merged = system === undefined ? user : `${system}\n\n${user}`;
    if (this.#template === undefined) return `${merged}\n\n${answerPrefix}`;
    const hasSystem = system !== undefined && this.#hasSystemTurn();
    const messages = hasSystem
      ? [this.#message("system", system), this.#message("user", user)]
      : [this.#message("user", merged)];
    const { generated, opening } = this.#opening(hasSystem ? "system" : "user");
    const text = this.#run(messages, place, { reveal });
    if (!text.endsWith(generated)) {
      throw this.#failed("opens the assistant's turn in another way for this record", place);
    }
    return text.slice(0, text.length - generated.length) + opening + answerPrefix;
  }

  /**
   * What stands behind the assistant's text when the user goes on: first of all the end of the
   * assistant's turn. Empty without a template, or when it cannot show a turn of the assistant.
   */
  textAfterAnswer(): string {
    const user = this.#message("user", "?");
    const text = this.#tryRun([user, this.#message("assistant", PROBE.answer), user], true) ?? "";
    const at = text.lastIndexOf(PROBE.answer);
    return at === -1 ? "" : text.slice(at + PROBE.answer.length);
  }

  #message(role: Message["role"], text: string): Message {
    return { role, content: this.#form.content(text) };
  }

  #findForm(): TemplateForm {
    let cause: unknown;
    for (const variables of VARIABLES) {
      for (const content of CONTENTS) {
        const form = { content, variables };
        if (this.#template === undefined) return form;
        try {
          const text = this.#run([{ role: "user", content: content(PROBE.user) }], {}, { form });
          if (text.includes(PROBE.user)) return form;
        } catch (error) {
          if (isBeyondBounds(error)) throw error;
          cause ??= error;
        }
      }
    }
    if (cause instanceof LagerError) throw cause;
    throw this.#failed("does not show the user's turn, so the judge would see no prompt");
  }

  /** Some templates refuse a system turn, others leave it or the user's turn out without a word. */
  #hasSystemTurn(): boolean {
    if (this.#showsSystem === undefined) {
      const messages = [this.#message("system", PROBE.system), this.#message("user", PROBE.user)];
      const text = this.#tryRun(messages, true) ?? "";
      this.#showsSystem = text.includes(PROBE.system) && text.includes(PROBE.user);
    }
    return this.#showsSystem;
  }

  #opening(kind: "system" | "user"): Opening {
    const known = this.#openings.get(kind);
    if (known !== undefined) return known;
    const opening = this.#findOpening(kind);
    this.#openings.set(kind, opening);
    return opening;
  }

  #findOpening(kind: "system" | "user"): Opening {
    const turns = [
      ...(kind === "system" ? [this.#message("system", PROBE.system)] : []),
      this.#message("user", PROBE.user),
    ];
    const probe = probeTurn(
      turns,
      (role, text) => this.#message(role, text),
      (messages, { addGenerationPrompt }) => this.#tryRun(messages, addGenerationPrompt),
    );
    const { generated, ended, answered } = probe;
    const start = findAnswerStart(probe, this.source);
    // What ends the user's turn may depend on the record: it stays as the template renders it.
    const kept = generated.startsWith(ended) && start.text.startsWith(ended) ? ended.length : 0;
    return {
      generated: generated.slice(kept),
      opening: start.text.slice(kept),
      from: start.from,
      notice: noticeOf(start, generated === ended && answered === undefined),
    };
  }

  #compile(source: string): JinjaTemplate {
    try {
      return new JinjaTemplate(source);
    } catch (cause) {
      throw this.#failed("does not compile", {}, cause);
    }
  }

  #run(
    messages: readonly Message[],
    place: ErrorPlace,
    {
      form = this.#form,
      addGenerationPrompt = true,
      reveal,
    }: {
      readonly form?: TemplateForm;
      readonly addGenerationPrompt?: boolean;
      readonly reveal?: ((text: string) => string) | undefined;
    } = {},
  ): string {
    if (this.#template === undefined) return "";
    try {
      return this.#template.render(
        {
          messages,
          add_generation_prompt: addGenerationPrompt,
          // Templates of reasoning models open a block of thoughts otherwise, in front of the score.
          enable_thinking: false,
          bos_token: this.#tokens.bosToken,
          eos_token: this.#tokens.eosToken,
          date_string: templateDate("%d %b %Y"),
          ...form.variables,
        },
        () => JSON.stringify(messages).length,
        reveal,
      );
    } catch (cause) {
      throw this.#failed("cannot be rendered", place, cause);
    }
  }

  /** Undefined when the template fails: but not when it exceeds a bound, which it may do slowly. */
  #tryRun(messages: readonly Message[], addGenerationPrompt: boolean): string | undefined {
    try {
      return this.#run(messages, {}, { addGenerationPrompt });
    } catch (error) {
      if (isBeyondBounds(error)) throw error;
      return undefined;
    }
  }

  #failed(what: string, place: ErrorPlace = {}, cause?: unknown): LagerError {
    const why = cause === undefined ? "" : `: ${templateFault(cause)}`;
    // The file of a record's error is the data's.
    const { field } = this.#place;
    return new LagerError("TEMPLATE_FAILED", `the judge's chat template ${what}${why}`, {
      place: place.record === undefined ? this.#place : { ...place, field },
      cause,
    });
  }
}

function isBeyondBounds(error: unknown): boolean {
  return error instanceof LagerError && error.cause instanceof TemplateLimitError;
}

function noticeOf({ from }: AnswerStart, isUnknown: boolean): string | undefined {
  if (isUnknown) {
    return (
      "has a chat template that neither opens the assistant's turn nor shows one, so the score is " +
      "read right behind the user's"
    );
  }
  return from === "cut thoughts"
    ? "thinks before it answers, by its chat template; here it answers at once, as it was not trained to"
    : undefined;
}
