import type { CostlyNodes } from "./costly-nodes.ts";
import { fillGap, iterable } from "./jinja-gaps.ts";
import { type Environment, Interpreter, type Node, type Value } from "./jinja-library.ts";
import { revealed } from "./jinja-reveal.ts";

/** Nodes that a template may evaluate: a hundred times what any that llama.cpp ships takes. */
const MOST_STEPS = 500_000;
/** Steps more for each character of its input. */
const STEPS_A_CHARACTER = 4;
/** What takes the library as long as so many nodes: one round of a loop, one name that is not set. */
const STEPS_A_ROUND = 8;
const STEPS_A_MISS = 10;
/** Characters that a template walks through in the time of a step. */
const CHARACTERS_A_STEP = 64;
/** Characters of any text, elements of any list that a template makes. */
const LONGEST_TEXT = 67_108_864;
const LONGEST_LIST = 1_000_000;
const WIDEST_INDENT = 1000;
const MOST_SECONDS = 60;
/** Steps between two looks at the clock. */
const CLOCK_STEPS = 4096;

/** A template exceeds a bound; what it says goes on from "the template …: ". */
export class TemplateLimitError extends Error {}

/**
 * The library's interpreter with bounds on what a template may cost. Steps are counted and not time,
 * so that a template fails on every machine or on none: each node is one, and a value that is walked
 * through costs as many as it has elements. The clock is looked at for what the steps leave out.
 */
export class BoundedInterpreter extends Interpreter {
  readonly #costly: CostlyNodes;
  readonly #reveal: ((text: string) => string) | undefined;
  #stepsLeft = MOST_STEPS;
  #inputLength: (() => number) | undefined;
  #untilClock = CLOCK_STEPS;
  readonly #startedAt = performance.now();
  /** What printing a value costs, once known. */
  readonly #sizes = new WeakMap<object, number>();

  /**
   * @param reveal what shaded text stands for; see `Shades`
   */
  constructor(
    environment: Environment,
    costly: CostlyNodes,
    inputLength: () => number,
    reveal?: (text: string) => string,
  ) {
    super(environment);
    this.#reveal = reveal;
    this.#costly = costly;
    this.#inputLength = inputLength;
  }

  override evaluate(node: Node | undefined, environment: Environment): Value {
    this.#take(1);
    const value = this.#evaluate(node, environment);
    this.#requireSmall(value);
    if (this.#costly.widths.has(node) && Number(value.value) > WIDEST_INDENT) {
      throw new TemplateLimitError(`it indents by more than ${WIDEST_INDENT}`);
    }
    if (this.#costly.printed.has(node)) this.#take(this.#printedSize(value).steps);
    else if (this.#costly.walked.has(node)) this.#take(walkedSize(value));
    if (value.type === "UndefinedValue") this.#take(STEPS_A_MISS);
    if (!this.#costly.iterated.has(node)) return value;
    const rounds = iterable(value);
    this.#take(STEPS_A_ROUND * walkedSize(rounds));
    return rounds;
  }

  #evaluate(node: Node | undefined, environment: Environment): Value {
    if (node === undefined) return super.evaluate(node, environment);
    const inner = (each: Node) => this.evaluate(each, environment);
    const asked = this.#reveal && revealed(node, inner, this.#reveal);
    const filled = fillGap(asked ?? node, inner);
    if (filled === undefined) return super.evaluate(asked ?? node, environment);
    return "value" in filled ? filled.value : super.evaluate(filled.node, environment);
  }

  #take(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) {
      this.#stepsLeft += STEPS_A_CHARACTER * (this.#inputLength?.() ?? 0);
      this.#inputLength = undefined;
    }
    if (this.#stepsLeft < 0) {
      throw new TemplateLimitError(`it takes more than ${MOST_STEPS} steps`);
    }
    this.#untilClock -= steps;
    if (this.#untilClock > 0) return;
    this.#untilClock = CLOCK_STEPS;
    if (performance.now() - this.#startedAt > MOST_SECONDS * 1000) {
      throw new TemplateLimitError(`it takes more than ${MOST_SECONDS} seconds`);
    }
  }

  #requireSmall(value: Value): void {
    const inner: unknown = value.value;
    if (typeof inner === "string" && inner.length > LONGEST_TEXT) {
      throw new TemplateLimitError(`it makes a text of more than ${LONGEST_TEXT} characters`);
    }
    if (Array.isArray(inner) && inner.length > LONGEST_LIST) {
      throw new TemplateLimitError(`it makes a list of more than ${LONGEST_LIST} elements`);
    }
  }

  /**
   * Steps for a value with all that is in it. Lists share elements, so each is reckoned once; but
   * not one with a namespace in it, which may have grown since.
   */
  #printedSize(value: Value): { readonly steps: number; readonly isFixed: boolean } {
    const inner: unknown = value.value;
    if (!Array.isArray(inner) && !(inner instanceof Map)) {
      return { steps: walkedSize(value), isFixed: true };
    }
    const known = this.#sizes.get(value);
    if (known !== undefined) return { steps: known, isFixed: true };
    let steps = walkedSize(value);
    let isFixed = value.type !== "NamespaceValue";
    for (const element of inner.values() as Iterable<Value>) {
      const size = this.#printedSize(element);
      steps += size.steps;
      isFixed &&= size.isFixed;
    }
    if (isFixed) this.#sizes.set(value, steps);
    return { steps, isFixed };
  }
}

/** Steps for the elements or characters of a value, without what is in them. */
function walkedSize(value: Value): number {
  const inner: unknown = value.value;
  if (typeof inner === "string") return Math.floor(inner.length / CHARACTERS_A_STEP);
  if (Array.isArray(inner)) return inner.length;
  return inner instanceof Map ? inner.size : 0;
}
