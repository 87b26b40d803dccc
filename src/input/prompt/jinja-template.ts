import { errorMessage } from "../../base/errors.ts";
import { BoundedInterpreter, TemplateLimitError } from "./bounded-interpreter.ts";
import { type CostlyNodes, costlyNodes } from "./costly-nodes.ts";
import { Environment, type Node, parseTemplate } from "./jinja-library.ts";
import { templateDate } from "./template-clock.ts";

/** Characters of a template's source; the longest that llama.cpp ships has 17 thousand. */
const LONGEST_SOURCE = 262_144;
/** The library's lexer takes quadratic time for a run of white space. */
const LONGEST_SPACE = 512;
const SPACE_RUN = new RegExp(`\\s{${LONGEST_SPACE + 1}}`);
/** As many as Jinja's own sandbox allows. */
const LONGEST_RANGE = 100_000;

/**
 * A template in Jinja, as a judge or a task brings it along: it is not trusted. What it may cost is
 * bounded in ways that are the same on every machine, so that no template loops for ever.
 */
export class JinjaTemplate {
  /** The syntax tree. */
  readonly parsed: Node;
  readonly #costly: CostlyNodes;

  /** @throws Error that says what is wrong with the source, or which bound it exceeds */
  constructor(source: string) {
    if (source.length > LONGEST_SOURCE) {
      throw new TemplateLimitError(`it has more than ${LONGEST_SOURCE} characters`);
    }
    if (SPACE_RUN.test(source)) {
      throw new TemplateLimitError(
        `it has more than ${LONGEST_SPACE} white-space characters in a row`,
      );
    }
    this.parsed = parseTemplate(source);
    this.#costly = costlyNodes(this.parsed);
  }

  /**
   * @param inputLength counts the characters of the texts in `variables`: the longer they are, the
   *   more steps the template may take; called by templates that take many alone
   * @param reveal what shaded text in `variables` stands for, when the template asks; see `Shades`
   * @throws Error as the template raises it, or that says which bound it exceeds
   */
  render(
    variables: Readonly<Record<string, unknown>>,
    inputLength: () => number,
    reveal?: (text: string) => string,
  ): string {
    const environment = environmentOf(variables);
    const interpreter = new BoundedInterpreter(environment, this.#costly, inputLength, reveal);
    return String(interpreter.run(this.parsed).value);
  }
}

/** `Template.render` cannot be used: its clock is today's, and its ranges are endless. */
function environmentOf(variables: Readonly<Record<string, unknown>>): Environment {
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
  if (!(count <= LONGEST_RANGE)) {
    throw new TemplateLimitError(`its range() has more than ${LONGEST_RANGE} numbers`);
  }
  return Array.from({ length: count }, (_, index) => start + index * step);
}

/** What went wrong in a template, for a message. */
export function templateFault(error: unknown): string {
  return error instanceof RangeError && error.message.includes("call stack")
    ? "it nests too deeply"
    : errorMessage(error);
}
