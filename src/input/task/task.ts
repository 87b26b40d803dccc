import type { RecordLoader, TaskData } from "./record-loaders.ts";

/** One label of a scale: the text that the judge would write, and what it counts. */
export interface ScaleLabel {
  /** The text of the label, as it stands after the answer prefix. */
  readonly label: string;
  /** Its numeric value in the expected score. */
  readonly value: number;
}

/** A question of a checklist, to which the better answer is the second of the task's `answers`. */
export interface Question {
  readonly text: string;
  /** What it counts beside the criterion's other questions; above 0. */
  readonly weight: number;
}

/** What is judged: one property of the response, with what each score means. */
export interface Criterion {
  readonly name: string;
  readonly description: string;
  /** Anchor line for each label (label text → what earns it); labels may be missing. */
  readonly anchors: Readonly<Record<string, string>>;
  /**
   * The criterion as a checklist: its score is the weighted mean of the answers. Where one criterion
   * of a task has questions, one without them is asked its description.
   */
  readonly questions?: readonly Question[];
}

/** Names of the text fields that a prompt template can use. */
export const TEXT_FIELDS = ["instruction", "response", "reference", "context"] as const;

/** One of the text fields that a prompt template can use. */
export type TextField = (typeof TEXT_FIELDS)[number];

/** Names of the fields that say which record this is, and which others it belongs with. */
export const IDENTITY_FIELDS = ["id", "systemId", "group"] as const;

/** One of the fields that say which record this is, and which others it belongs with. */
export type IdentityField = (typeof IDENTITY_FIELDS)[number];

/** Everything that turns a record into prompts and logits into scores, apart from the judge. */
export interface Task {
  readonly name: string;
  readonly description: string;
  /** The labels in ascending order of their values; at least two, all values distinct. */
  readonly scale: readonly ScaleLabel[];
  /** At least one; names are distinct. */
  readonly criteria: readonly Criterion[];
  /**
   * With questions alone: what the judge may answer, the worse one first; they count what the scale's
   * ends do. Default: `no` and `yes`.
   */
  readonly answers?: readonly [string, string];
  /**
   * Jinja template of the user turn. It sees `record` (the raw record), `instruction`, `response`,
   * `reference`, `context` (strings, empty when absent), `criterion` (name, description, anchors as
   * `[{label, text}]`), `question` (of a checklist; else empty), `scale` (`{min, max, labels: [{label,
   * value}]}`, with the labels that are asked for), `task` (name, description), `answerPrefix`, `condition` (see `Condition`) and `outputFormat`: what the judge is to write in
   * that condition. What the criteria share should stand first, so that they share a prefix.
   */
  readonly prompt: string;
  /** Text of a system turn, if the task wants one (a Jinja template too). */
  readonly system?: string;
  /** What the assistant's turn is opened with; the score token follows it. */
  readonly answerPrefix: string;
  /**
   * Dotted path of each field in the record. Defaults: the field's own name. `id` may name a
   * field too; without one the id is the record's number, counted from 1. `systemId` (default
   * `system_id`) is the system that wrote the response; `group` names what the record shares with
   * others, such as its conversation (default: the same instruction).
   */
  readonly fields: Readonly<Partial<Record<TextField | IdentityField, string>>>;
  /**
   * Text fields that every record must have, and that must not be blank. Default: `instruction`
   * and `response`.
   */
  readonly required?: readonly TextField[];
  /**
   * Dotted path of the human score; `{criterion}` stands for the criterion's name. The value is a
   * number, a numeric string or a list of them (their mean is taken). A path without `{criterion}`
   * leads to an object with a value for each criterion, or, where the task has only one criterion,
   * to that value. Default: `human`.
   */
  readonly human?: string;
  /** How a published file's records become records with one response each. Default: as they are. */
  readonly loader?: RecordLoader;
  /** Where the data is published, and what is read of it. */
  readonly data?: TaskData;
}
