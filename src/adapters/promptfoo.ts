/**
 * `lager-judge/promptfoo`: a local judge in promptfoo, as an assertion on the criteria of a task, and as the
 * grader of `llm-rubric` and `classifier`. Nothing is exported by default: of a module that does, promptfoo's
 * `package:` sees nothing else.
 *
 * @module
 */
import path from "node:path";
import { errorMessage, LagerError } from "../base/errors.ts";
import { TASK_FILE_ENDINGS } from "../input/task/load-task.ts";
import type { TextField } from "../input/task/task.ts";
import { type AdapterOptions, adapterParts } from "./adapter-options.ts";
import { judged } from "./judged.ts";
import { rubricTask } from "./rubric-task.ts";
import { type CriterionMetadata, distributionOf, summarise } from "./summary.ts";
import { textOf } from "./texts.ts";

export { disposeAdapters } from "./judged.ts";
export type { AdapterOptions, CriterionMetadata };

/** `config` of the assertion. */
export interface AssertionConfig extends AdapterOptions {
  /** Least mean of the criteria's normalized scores, 0…1, that passes. Default: 0.5. */
  readonly threshold?: number | undefined;
  /**
   * Names of the test's variables that hold these texts. Default: the instruction is the whole prompt that
   * the system under test was sent, and there is neither a reference nor a context.
   */
  readonly fields?: Readonly<Partial<Record<Exclude<TextField, "response">, string>>> | undefined;
}

/** What promptfoo tells an assertion of its test. */
export interface AssertionContext {
  readonly prompt?: string | undefined;
  readonly vars?: Readonly<Record<string, unknown>> | undefined;
  readonly config?: AssertionConfig | undefined;
}

/** promptfoo's `GradingResult`, as far as it is used. */
export interface GradingResult {
  readonly pass: boolean;
  /** 0…1. */
  readonly score: number;
  readonly reason: string;
  readonly namedScores: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * A JavaScript assertion: `value: package:lager-judge/promptfoo:assertion`.
 *
 * @throws LagerError as loading the judge and its task do; promptfoo fails the assertion with its message.
 */
export async function assertion(
  output: unknown,
  { prompt, vars = {}, config = {} }: AssertionContext = {},
): Promise<GradingResult> {
  const { threshold: given, fields = {}, ...options } = config;
  const threshold = requireThreshold(given);
  const owner = "the assertion of lager-judge/promptfoo";
  const parts = adapterParts(owner, options, ["threshold", "fields"]);
  const texts = {
    ...(prompt === undefined ? {} : { instruction: prompt }),
    ...Object.fromEntries(
      Object.entries(fields).map(([field, name]) => [field, textOf(variable(vars, name))]),
    ),
    response: textOf(output),
  };
  const { outcomes } = await judged(parts, texts);
  const { score, criteria, reason, metadata } = summarise(outcomes);
  const namedScores = Object.fromEntries(
    Object.entries(criteria).flatMap(([name, each]) => (each === null ? [] : [[name, each]])),
  );
  return {
    pass: score !== null && score >= threshold,
    score: score ?? 0,
    reason,
    ...{ namedScores, metadata: { lager: metadata } },
  };
}

/** `config` of the grader. A task's path is relative to the configuration's folder. */
export interface GraderConfig extends AdapterOptions {
  /** `llm-rubric`: least probability of “yes, it meets the rubric” that passes, 0…1. Default: 0.5. */
  readonly threshold?: number | undefined;
}

/** A configuration as promptfoo hands it on: with the folder of the file that it stands in. */
interface GivenConfig extends GraderConfig {
  readonly basePath?: string | undefined;
}

/** promptfoo's `ProviderResponse`, as far as it is used. */
export interface ProviderResponse {
  readonly output?: string;
  readonly error?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** promptfoo's `ProviderClassificationResponse`. */
export interface ClassificationResponse {
  /** Label → its probability. */
  readonly classification?: Readonly<Record<string, number>>;
  readonly error?: string;
}

/**
 * A provider that grades: `provider: package:lager-judge/promptfoo:LagerGrader`. For `llm-rubric` the score
 * is the probability that the output meets the rubric; for `classifier` the classes are the labels of the
 * config's task, which must ask for nothing but a response.
 */
export class LagerGrader {
  readonly #id: string | undefined;
  readonly #config: GraderConfig;

  constructor({ id, config = {} }: { readonly id?: string; readonly config?: GraderConfig } = {}) {
    const { basePath = "", ...own }: GivenConfig = config;
    const { task } = own;
    const isPath =
      typeof task === "string" && TASK_FILE_ENDINGS.some((ending) => task.endsWith(ending));
    this.#id = id;
    this.#config = isPath ? { ...own, task: path.resolve(basePath, task) } : own;
  }

  id(): string {
    return this.#id ?? "lager-judge/promptfoo:LagerGrader";
  }

  /** Grades an output by a rubric; both are variables of promptfoo's grading prompt, which is not read. */
  async callApi(
    _prompt: string,
    context: { readonly vars?: Readonly<Record<string, unknown>> } = {},
  ): Promise<ProviderResponse> {
    const { output, rubric } = context.vars ?? {};
    if (output === undefined || typeof rubric !== "string") {
      return {
        error: "lager-judge grades llm-rubric and classifier: this check gave it no rubric",
      };
    }
    try {
      const { threshold: given, ...options } = this.#config;
      const threshold = requireThreshold(given);
      const parts = adapterParts("the grader of lager-judge/promptfoo", options, ["threshold"]);
      const { outcomes } = await judged(
        { ...parts, task: rubricTask(rubric), criteria: undefined },
        { response: textOf(output) },
      );
      const { score, reason, metadata } = summarise(outcomes);
      if (score === null) return { error: reason };
      const said = `the judge says yes with ${score.toFixed(2)}; ${threshold} is asked`;
      const grade = { pass: score >= threshold, score, reason: said };
      return { output: JSON.stringify(grade), metadata: { lager: metadata } };
    } catch (error) {
      return { error: errorMessage(error) };
    }
  }

  /** Sorts an output into the labels of the config's task. */
  async callClassificationApi(output: string): Promise<ClassificationResponse> {
    try {
      const { threshold: _, ...options } = this.#config;
      if (options.task === undefined) {
        throw new LagerError(
          "INVALID_ARGUMENT",
          "classifier sorts by the labels of a task: name one in the provider's config",
          { place: { field: "task" } },
        );
      }
      const parts = adapterParts("the grader of lager-judge/promptfoo", options);
      const { outcomes } = await judged(parts, { response: textOf(output) });
      const [first] = outcomes;
      return first?.kind === "score"
        ? { classification: distributionOf(first) }
        : { error: first?.message ?? "there is no score" };
    } catch (error) {
      return { error: errorMessage(error) };
    }
  }
}

function requireThreshold(threshold: number | undefined): number {
  if (threshold === undefined) return 0.5;
  if (typeof threshold === "number" && threshold >= 0 && threshold <= 1) return threshold;
  throw new LagerError("INVALID_ARGUMENT", "the threshold is a number from 0 to 1", {
    place: { field: "threshold" },
  });
}

function variable(vars: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(vars, name)) return vars[name];
  const names = Object.keys(vars).join(", ");
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the test has no variable ${name}; it has ${names === "" ? "none" : names}`,
    { place: { field: "fields" } },
  );
}
