import type { JudgeEngine } from "../capture/judge-engine.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import type { ChatTemplate } from "../prompt/chat-template.ts";
import { PromptBuilder, promptString } from "../prompt/prompt-builder.ts";
import type { Criterion, Task } from "../task/task.ts";
import { findEndToken } from "../tokens/end-token.ts";
import type { LabelTrie } from "../tokens/label-trie.ts";
import { PromptTokenizer } from "../tokens/prompt-tokenizer.ts";
import type { TokenizedPrompt } from "../tokens/tokenized-prompt.ts";

/** A label of the scale, and the tokens by which the judge would write it. */
export interface LabelTokens {
  readonly label: string;
  readonly value: number;
  /**
   * Its token ids at the score position, one for most scales. Tokens that all labels begin with
   * belong to the prompt and are left out; a label that another goes on from ("1" against "10") ends
   * with the token that ends the judge's turn.
   */
  readonly tokens: readonly number[];
  /** Their texts. */
  readonly texts: readonly string[];
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
      () => findEndToken(engine, chatTemplate.textAfterAnswer(), engine.info.eosToken),
    );
  }

  /**
   * How the labels follow the prompt, found without a record: they follow the answer prefix in the
   * assistant's turn, whatever the user's turn holds.
   *
   * @throws LagerError `AMBIGUOUS_LABELS` when two labels are the same tokens, or one begins another
   *   and the judge has no token to end its turn with.
   */
  async labels(): Promise<LabelTrie> {
    const text = this.#chatTemplate.render({ user: "?" }, this.task.answerPrefix);
    const { labels } = await this.#tokenizer.tokenize({ pieces: [{ text, source: "template" }] });
    return labels;
  }

  /**
   * The labels with their tokens, as {@link labels} finds them.
   *
   * @throws LagerError `AMBIGUOUS_LABELS`.
   */
  async labelTokens(): Promise<LabelTokens[]> {
    const { paths } = await this.labels();
    return this.task.scale.map(({ label, value }, i) => {
      const tokens = paths[i] ?? [];
      return { label, value, tokens, texts: tokens.map((id) => this.#engine.tokenText(id)) };
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
