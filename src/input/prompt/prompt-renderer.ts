import type { ErrorPlace } from "../../base/errors.ts";
import { LagerError } from "../../base/errors.ts";
import { ownValue } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest-name.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import { type Asked, judgedScale } from "../task/checklist.ts";
import type { Condition } from "../task/condition.ts";
import type { Criterion, ScaleLabel, Task } from "../task/task.ts";
import { JinjaTemplate, templateFault } from "./jinja-template.ts";
import { outputFormat } from "./output-format.ts";
import { textsOf } from "./record-texts.ts";
import { namesIn, unknownVariables } from "./template-variables.ts";

/** What is said to the judge before it answers. */
export interface Turns {
  /** Text of the system turn, if there is one. */
  readonly system?: string;
  /** Text of the user turn. */
  readonly user: string;
}

/** Variables that a task's templates can read; `Task.prompt` describes them. */
const VARIABLES = [
  "record",
  "instruction",
  "response",
  "reference",
  "context",
  "criterion",
  "question",
  "scale",
  "task",
  "answerPrefix",
  "condition",
  "outputFormat",
] as const;

/** Renders a task's own templates. They are compiled once. */
export class PromptRenderer {
  readonly #labels: readonly ScaleLabel[];
  readonly #prompt: JinjaTemplate;
  readonly #system: JinjaTemplate | undefined;
  /** What is the same for all records. */
  readonly #shared: Readonly<Record<string, unknown>>;

  /** @throws LagerError TEMPLATE_FAILED when a template does not compile or reads an unknown variable */
  constructor(task: Task, condition: Condition = "prefill") {
    this.#labels = judgedScale(task);
    this.#prompt = compile(task.prompt, { field: "prompt" });
    this.#system =
      task.system === undefined ? undefined : compile(task.system, { field: "system" });
    this.#shared = {
      scale: {
        min: task.scale.at(0)?.value,
        max: task.scale.at(-1)?.value,
        labels: this.#labels,
      },
      task: { name: task.name, description: task.description },
      answerPrefix: task.answerPrefix,
      condition,
      outputFormat: outputFormat(task, condition),
    };
  }

  /** What the templates name: identifiers and texts, and so every key that they ask for by name. */
  get names(): ReadonlySet<string> {
    return new Set(
      [this.#prompt, ...(this.#system === undefined ? [] : [this.#system])].flatMap(({ parsed }) =>
        namesIn(parsed),
      ),
    );
  }

  /**
   * @param reveal what shaded text in the record stands for; see `Shades`
   * @throws LagerError TEMPLATE_FAILED
   */
  render(asked: Asked, record: DatasetRecord, reveal?: (text: string) => string): Turns {
    const { raw, instruction, response, reference, context } = record;
    const variables: Record<(typeof VARIABLES)[number], unknown> = {
      scale: this.#shared.scale,
      task: this.#shared.task,
      answerPrefix: this.#shared.answerPrefix,
      condition: this.#shared.condition,
      outputFormat: this.#shared.outputFormat,
      record: raw,
      instruction,
      response,
      reference,
      context,
      criterion: this.#criterionVariable(asked),
      question: asked.question ?? "",
    };
    const user = render(this.#prompt, variables, { record, field: "prompt", reveal });
    if (this.#system === undefined) return { user };
    const system = render(this.#system, variables, { record, field: "system", reveal });
    return { system, user };
  }

  #criterionVariable({ name, description, anchors }: Criterion): unknown {
    return {
      name,
      description,
      anchors: this.#labels.flatMap(({ label }) => {
        const text = ownValue(anchors, label);
        return text === undefined ? [] : [{ label, text }];
      }),
    };
  }
}

function compile(source: string, place: ErrorPlace): JinjaTemplate {
  let template: JinjaTemplate;
  let unknown: string | undefined;
  try {
    template = new JinjaTemplate(source);
    [unknown] = unknownVariables(template.parsed, VARIABLES);
  } catch (cause) {
    throw failed("the task's template does not compile", place, cause);
  }
  if (unknown === undefined) return template;
  throw new LagerError(
    "TEMPLATE_FAILED",
    `the task's template reads ${JSON.stringify(unknown)}, which nothing sets.` +
      didYouMean(unknown, VARIABLES) +
      ` It can read ${VARIABLES.join(", ")}; other fields of a record are record.NAME`,
    { place },
  );
}

function render(
  template: JinjaTemplate,
  variables: Record<string, unknown>,
  {
    record,
    field,
    reveal,
  }: {
    readonly record: DatasetRecord;
    readonly field: "prompt" | "system";
    readonly reveal: ((text: string) => string) | undefined;
  },
): string {
  try {
    return template.render(variables, () => lengthOf(textsOf(record)), reveal);
  } catch (cause) {
    throw failed("the task's template cannot be rendered", { record: record.id, field }, cause);
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length, 0);
}

function failed(what: string, place: ErrorPlace, cause: unknown): LagerError {
  return new LagerError("TEMPLATE_FAILED", `${what}: ${templateFault(cause)}`, { place, cause });
}
