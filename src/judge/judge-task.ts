import type { JudgeEngine } from "../capture/judge-engine.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import type { ChatTemplate } from "../prompt/chat-template.ts";
import { PromptBuilder, promptString } from "../prompt/prompt-builder.ts";
import type { Criterion, Task } from "../task/task.ts";
import { PromptTokenizer } from "../tokens/prompt-tokenizer.ts";
import type { TokenizedPrompt } from "../tokens/tokenized-prompt.ts";

/** A label of the scale and the token that stands for it. */
export interface LabelToken {
  readonly label: string;
  readonly value: number;
  readonly token: number;
  readonly text: string;
}

/** What a judge keeps ready for one task: compiled templates and the labels' tokens. */
export class JudgeTask {
  readonly task: Task;
  readonly #engine: JudgeEngine;
  readonly #chatTemplate: ChatTemplate;
  readonly #builder: PromptBuilder;
  readonly #tokenizer: PromptTokenizer;

  /** @throws LagerError `TEMPLATE_FAILED` */
  constructor(engine: JudgeEngine, chatTemplate: ChatTemplate, task: Task) {
    this.task = task;
    this.#engine = engine;
    this.#chatTemplate = chatTemplate;
    this.#builder = new PromptBuilder(task, chatTemplate, engine.specialTokens);
    this.#tokenizer = new PromptTokenizer(
      engine,
      task.scale.map(({ label }) => label),
    );
  }

  /**
   * The tokens that stand for the labels, found without a record: they follow the answer prefix in
   * the assistant's turn, whatever the user's turn holds.
   *
   * @throws LagerError `AMBIGUOUS_LABELS` when the labels are not one distinct token each.
   */
  async labelTokens(): Promise<LabelToken[]> {
    const text = this.#chatTemplate.render({ user: "?" }, this.task.answerPrefix);
    const { scoreTokens } = await this.#tokenizer.tokenize({
      pieces: [{ text, source: "template" }],
    });
    return this.task.scale.map(({ label, value }, i) => {
      const token = scoreTokens[i] ?? -1;
      return { label, value, token, text: this.#engine.tokenText(token) };
    });
  }

  /**
   * The prompt of a record and a criterion, as text and as tokens.
   *
   * @throws LagerError `TEMPLATE_FAILED`, `UNSAFE_PROMPT`, `AMBIGUOUS_LABELS`.
   */
  async prompt(
    criterion: Criterion,
    record: DatasetRecord,
  ): Promise<{ text: string; tokenized: TokenizedPrompt }> {
    const prompt = this.#builder.build(criterion, record);
    return { text: promptString(prompt), tokenized: await this.#tokenizer.tokenize(prompt) };
  }
}
