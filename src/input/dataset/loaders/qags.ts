import { objectsIn, type RawObject, textIn, wrongField } from "./raw-fields.ts";

/**
 * QAGS: an article and a summary in sentences, each with the annotators' answers whether the article
 * supports it. The summary's score is the share of its sentences that a majority supports. UniEval
 * has the same with `source`, `system_output` and `scores`.
 */
export function qagsRecord(record: RawObject): RawObject[] {
  if (record.summary_sentences === undefined && record.scores !== undefined) {
    const { source, system_output, scores } = record;
    return [{ article: source, summary: system_output, human: scores }];
  }
  const sentences = objectsIn(record, "summary_sentences");
  return [
    {
      article: textIn(record, "article"),
      summary: sentences.map((each) => textIn(each, "sentence").trim()).join(" "),
      human: { consistency: sentences.map(supportedByMost) },
    },
  ];
}

/** 1 or 0; half when the annotators are divided. */
function supportedByMost(sentence: RawObject): number {
  const answers = objectsIn(sentence, "responses").map((each) => textIn(each, "response"));
  const yes = answers.filter((answer) => answer === "yes").length;
  const no = answers.filter((answer) => answer === "no").length;
  if (yes + no !== answers.length) throw wrongField("response", "yes or no", answers.join(", "));
  if (yes === no) return 0.5;
  return yes > no ? 1 : 0;
}
