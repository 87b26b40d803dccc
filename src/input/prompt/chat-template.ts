import { Environment, Interpreter, Template } from "@huggingface/jinja";
import type { ErrorPlace } from "../../base/errors.ts";
import { errorMessage, LagerError } from "../../base/errors.ts";
import type { Turns } from "./prompt-renderer.ts";
import { templateDate } from "./template-clock.ts";

/** Texts of the judge's special tokens that chat templates print; empty when it has none. */
export interface TemplateTokens {
  readonly bosToken: string;
  readonly eosToken: string;
}

type Message = { readonly role: "system" | "user" | "assistant"; readonly content: unknown };

/** How a template wants the text of a message: as a text, or as a list of parts. */
type ContentForm = (text: string) => unknown;
const CONTENT_FORMS: readonly ContentForm[] = [(text) => text, (text) => [{ type: "text", text }]];

/** Stands for a turn while it is found out how a template treats turns. */
const PROBE = "The quick brown fox.";

/**
 * A judge's chat template, as its GGUF holds it (Jinja).
 *
 * A judge without one gets its prompt as plain text: the turns, a blank line, and the answer prefix
 * (`isFallback` is true then).
 */
export class ChatTemplate {
  /** True when the judge has no chat template. */
  readonly isFallback: boolean;
  /** The template's text; empty when there is none. */
  readonly source: string;
  readonly #template: Template | undefined;
  readonly #tokens: TemplateTokens;
  readonly #contentForm: ContentForm;
  /** Whether the template has a place for a system turn; found out when one is first rendered. */
  #showsSystem: boolean | undefined;

  /**
   * @param source the GGUF's `tokenizer.chat_template`, or `null`
   * @throws LagerError TEMPLATE_FAILED when it does not compile, or never shows the user's turn
   */
  constructor(source: string | null, tokens: TemplateTokens) {
    this.isFallback = source === null;
    this.source = source ?? "";
    this.#tokens = tokens;
    this.#template = source === null ? undefined : compile(source);
    this.#contentForm = this.#findContentForm();
  }

  /**
   * The whole prompt: the turns, the opening of the assistant's turn, and the answer prefix. A
   * system text that the template has no place for is put in front of the user's text.
   *
   * @throws LagerError TEMPLATE_FAILED
   */
  render(turns: Turns, answerPrefix: string, place: ErrorPlace = {}): string {
    const { system, user } = turns;
    const merged = system === undefined ? user : `${system}\n\n${user}`;
    if (this.#template === undefined) return `${merged}\n\n${answerPrefix}`;
    const form = this.#contentForm;
    const messages: Message[] =
      system !== undefined && this.#hasSystemTurn()
        ? [
            { role: "system", content: form(system) },
            { role: "user", content: form(user) },
          ]
        : [{ role: "user", content: form(merged) }];
    return this.#run(messages, place) + answerPrefix;
  }

  /**
   * What stands behind the assistant's text when the user goes on: first of all the end of the
   * assistant's turn. Empty without a template, or when it cannot show a turn of the assistant.
   */
  textAfterAnswer(): string {
    const form = this.#contentForm;
    const user: Message = { role: "user", content: form("?") };
    try {
      const text = this.#run([user, { role: "assistant", content: form(PROBE) }, user], {});
      const at = text.lastIndexOf(PROBE);
      return at === -1 ? "" : text.slice(at + PROBE.length);
    } catch {
      return "";
    }
  }

  #findContentForm(): ContentForm {
    let cause: unknown;
    for (const form of CONTENT_FORMS) {
      if (this.#template === undefined) return form;
      try {
        if (this.#run([{ role: "user", content: form(PROBE) }], {}).includes(PROBE)) return form;
      } catch (error) {
        cause ??= error;
      }
    }
    if (cause instanceof LagerError) throw cause;
    throw new LagerError(
      "TEMPLATE_FAILED",
      "the judge's chat template does not show the user's turn, so the judge would see no prompt",
      { place: TEMPLATE_PLACE },
    );
  }

  /** Some templates refuse a system turn, others leave it out without a word. */
  #hasSystemTurn(): boolean {
    if (this.#showsSystem === undefined) {
      const form = this.#contentForm;
      try {
        const text = this.#run(
          [
            { role: "system", content: form(PROBE) },
            { role: "user", content: form("?") },
          ],
          {},
        );
        this.#showsSystem = text.includes(PROBE);
      } catch {
        this.#showsSystem = false;
      }
    }
    return this.#showsSystem;
  }

  #run(messages: readonly Message[], place: ErrorPlace): string {
    if (this.#template === undefined) return "";
    try {
      const environment = templateEnvironment({
        messages,
        add_generation_prompt: true,
        // Templates of reasoning models open a block of thoughts otherwise, in front of the score.
        enable_thinking: false,
        tools: null,
        bos_token: this.#tokens.bosToken,
        eos_token: this.#tokens.eosToken,
        date_string: templateDate("%d %b %Y"),
      });
      return String(new Interpreter(environment).run(this.#template.parsed).value);
    } catch (cause) {
      throw failed("the judge's chat template cannot be rendered", place, cause);
    }
  }
}

const TEMPLATE_PLACE: ErrorPlace = { field: "tokenizer.chat_template" };

function compile(source: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw failed("the judge's chat template does not compile", {}, cause);
  }
}

/** `Template.render` cannot be used, because its clock is today's. */
function templateEnvironment(variables: Readonly<Record<string, unknown>>): Environment {
  const environment = new Environment();
  for (const [name, value] of [
    ["true", true],
    ["True", true],
    ["false", false],
    ["False", false],
    ["none", null],
    ["None", null],
  ] as const) {
    environment.set(name, value);
  }
  environment.set("range", range);
  environment.set("strftime_now", templateDate);
  environment.set("raise_exception", (message: unknown) => {
    throw new Error(String(message));
  });
  for (const [name, value] of Object.entries(variables)) environment.set(name, value);
  return environment;
}

/** Python's `range`. */
function range(first: number, second?: number, step = 1): number[] {
  const start = second === undefined ? 0 : first;
  const stop = second ?? first;
  if (step === 0) throw new Error("range() step must not be zero");
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function failed(what: string, place: ErrorPlace, cause: unknown): LagerError {
  return new LagerError("TEMPLATE_FAILED", `${what}: ${errorMessage(cause)}`, {
    place: { ...place, ...TEMPLATE_PLACE },
    cause,
  });
}
