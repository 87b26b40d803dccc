/**
 * How the records of a published file become records with one response each: what nests several
 * responses is spread out, what stands in several rows is put together. `src/input/dataset/loaders` has
 * them, by these names.
 */
export const RECORD_LOADERS = [
  /** One row an annotator of a story: the rows of a story become one, with mean scores. */
  "hanna",
  /** Instruction data of the Alpaca and ShareGPT formats. */
  "instruction-data",
  /** One row a comparison of two conversations: each answer with the share of its comparisons won. */
  "mt-bench",
  /** Two responses to one instruction, `chosen` and `rejected`. */
  "preferences",
  /** Rubrics of the record's own, in any of the spellings of the Prometheus family. */
  "prometheus",
  /** A summary in sentences, each with the answers of three annotators. */
  "qags",
  /** Questions, and whether they can be answered. */
  "self-aware",
  /** A summary with lists of annotations, or an article with lists of summaries. */
  "summeval",
  /** A conversation with a list of replies. */
  "topical-chat",
] as const;

export type RecordLoader = (typeof RECORD_LOADERS)[number];

/** Where a task's data is published, for people. */
export interface TaskData {
  /** Address of the data. */
  readonly published: string;
  /** Licence of the data, as its publisher states it. */
  readonly licence: string;
  /** What is read of it: format, fields, what is left out. */
  readonly reads: string;
}
