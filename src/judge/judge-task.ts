import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import type { DatasetRecord } from "../input/dataset/record.ts";
import { ChatTemplate } from "../input/prompt/chat-template.ts";
import { GGUF_CHAT_TEMPLATE } from "../input/prompt/gguf-field.ts";
import { PromptBuilder, promptString } from "../input/prompt/prompt-builder.ts";
import { type Asked, judgedScale } from "../input/task/checklist.ts";
import type { Condition, ScorePositionRule } from "../input/task/condition.ts";
import type { Task } from "../input/task/task.ts";
import { findEndToken } from "../input/tokens/end-token.ts";
import { ScoreFinder } from "../input/tokens/find-score.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";
import { PromptTokenizer } from "../input/tokens/prompt-tokenizer.ts";
import { SpecialIdGuard } from "../input/tokens/special-id-guard.ts";
import { tokenTexts } from "../input/tokens/tokenizer.ts";

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

/** A prompt: what is asked of one record. */
export interface JudgePrompt {
  readonly text: string;
  /** Shape [tokens]. */
  readonly tokens: Int32Array;
  /** The labels that follow it; null when the judge is to write its answer itself. */
  readonly labels: LabelTree | null;
}

/** What a judge keeps ready for one task: compiled templates and the labels' tokens. */
export class JudgeTask {
  readonly task: Task;
  readonly #engine: JudgeEngine;
  readonly #chatTemplate: ChatTemplate;
  readonly #builder: PromptBuilder;
  readonly #tokenizer: PromptTokenizer;
  readonly #guard: SpecialIdGuard;
  readonly #condition: Condition;

  /** @throws LagerError `TEMPLATE_FAILED` */
  constructor(
    engine: JudgeEngine,
    chatTemplate: ChatTemplate,
    task: Task,
    condition: Condition = "prefill",
  ) {
    this.task = task;
    this.#condition = condition;
    this.#engine = engine;
    this.#chatTemplate = chatTemplate;
    this.#builder = new PromptBuilder(task, chatTemplate, engine.specialTokens, condition);
    this.#guard = new SpecialIdGuard(engine, chatTemplate.source);
    this.#tokenizer = new PromptTokenizer(
      engine,
      judgedScale(task).map(({ label }) => label),
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
  async labels(): Promise<LabelTree> {
    const text = this.#chatTemplate.render({ user: "?" }, this.task.answerPrefix);
    const { labels } = await this.#tokenizer.tokenize({ pieces: [{ text, source: "template" }] });
    return labels;
  }

  /** The scale's labels, each with its tokens in the tree. */
  tokensOf({ paths }: LabelTree): Promise<LabelTokens[]> {
    return Promise.all(
      judgedScale(this.task).map(async ({ label, value }, i) => {
        const tokens = paths[i] ?? [];
        return { label, value, tokens, texts: await tokenTexts(this.#engine, tokens) };
      }),
    );
  }

  /**
   * The prompt of a record and what is asked of it, as text and as tokens.
   *
   * @throws LagerError `TEMPLATE_FAILED`, `UNSAFE_PROMPT`, `AMBIGUOUS_LABELS`.
   */
  async prompt(asked: Asked, record: DatasetRecord): Promise<JudgePrompt> {
    const prompt = this.#builder.build(asked, record);
    const text = promptString(prompt);
    const { tokens, labels } =
      this.#condition === "prefill"
        ? await this.#tokenizer.tokenize(prompt)
        : { tokens: await this.#tokenizer.tokenizeAlone(prompt), labels: null };
    await this.#guard.check(tokens, prompt, record.id);
    return { text, tokens, labels };
  }

  /** Finds the score in answers that the judge wrote itself. */
  scoreFinder(rule: ScorePositionRule, tree: LabelTree): Promise<ScoreFinder> {
    return ScoreFinder.create({
      rule,
      labels: judgedScale(this.task).map(({ label }) => label),
      tree,
      answerPrefix: this.task.answerPrefix,
      tokenizer: this.#engine,
    });
  }
}

/**
 * The chat template of a judge's GGUF, or the one that was given in its place; plain text where there
 * is none.
 *
 * @param file where it is from: a file in Jinja with its `source`, or the GGUF
 * @throws LagerError `TEMPLATE_FAILED`
 */
export async function chatTemplateOf(
  engine: JudgeEngine,
  { file, source }: { readonly file?: string; readonly source?: string } = {},
): Promise<ChatTemplate> {
  const text = (token: number | null) => (token === null ? "" : engine.tokenText(token));
  return new ChatTemplate(
    source ?? engine.info.chatTemplate,
    { bosToken: await text(engine.info.bosToken), eosToken: await text(engine.info.eosToken) },
    source === undefined ? { file, field: GGUF_CHAT_TEMPLATE } : { file },
  );
}
