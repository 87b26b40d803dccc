import { Template } from "@huggingface/jinja";
import type { ErrorPlace } from "../../base/errors.ts";
import { errorMessage, LagerError } from "../../base/errors.ts";
import { ownValue } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest-name.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import type { Condition } from "../task/condition.ts";
import type { Criterion, Task } from "../task/task.ts";
import { outputFormat } from "./output-format.ts";
import { unknownVariables } from "./template-variables.ts";

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
  "scale",
  "task",
  "answerPrefix",
  "condition",
  "outputFormat",
] as const;

/** Renders a task's own templates. They are compiled once. */
export class PromptRenderer {
  readonly #task: Task;
  readonly #prompt: Template;
  readonly #system: Template | undefined;
  /** What is the same for all records. */
  readonly #shared: Readonly<Record<string, unknown>>;

  /** @throws LagerError TEMPLATE_FAILED when a template does not compile or reads an unknown variable */
  constructor(task: Task, condition: Condition = "prefill") {
    this.#task = task;
    this.#prompt = compile(task.prompt, { field: "prompt" });
    this.#system =
      task.system === undefined ? undefined : compile(task.system, { field: "system" });
    this.#shared = {
      scale: {
        min: task.scale.at(0)?.value,
        max: task.scale.at(-1)?.value,
        labels: task.scale,
      },
      task: { name: task.name, description: task.description },
      answerPrefix: task.answerPrefix,
      condition,
      outputFormat: outputFormat(task, condition),
    };
  }

  /** @throws LagerError TEMPLATE_FAILED */
  render(criterion: Criterion, record: DatasetRecord): Turns {
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
      criterion: this.#criterionVariable(criterion),
    };
    const user = render(this.#prompt, variables, { record: record.id, field: "prompt" });
    if (this.#system === undefined) return { user };
    const system = render(this.#system, variables, { record: record.id, field: "system" });
    return { system, user };
  }

  #criterionVariable({ name, description, anchors }: Criterion): unknown {
    return {
      name,
      description,
      anchors: this.#task.scale.flatMap(({ label }) => {
        const text = ownValue(anchors, label);
        return text === undefined ? [] : [{ label, text }];
      }),
    };
  }
}

function compile(source: string, place: ErrorPlace): Template {
  let template: Template;
  try {
    template = new Template(source);
  } catch (cause) {
    throw failed("the task's template does not compile", place, cause);
  }
  const [unknown] = unknownVariables(template, VARIABLES);
  if (unknown === undefined) return template;
  throw new LagerError(
    "TEMPLATE_FAILED",
    `the task's template reads ${JSON.stringify(unknown)}, which nothing sets.` +
      didYouMean(unknown, VARIABLES) +
      ` It can read ${VARIABLES.join(", ")}; other fields of a record are record.NAME`,
    { place },
  );
}

function render(template: Template, variables: Record<string, unknown>, place: ErrorPlace): string {
  try {
    return template.render(variables);
  } catch (cause) {
    throw failed("the task's template cannot be rendered", place, cause);
  }
}

function failed(what: string, place: ErrorPlace, cause: unknown): LagerError {
  return new LagerError("TEMPLATE_FAILED", `${what}: ${errorMessage(cause)}`, { place, cause });
}
