import type { IndexedOutcome } from "../score-service.ts";

/** Tokens that a request cost, as OpenAI has them. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** Adds up the tokens of a request's outcomes. */
export class UsageMeter {
  #prompt = 0;
  #reused = 0;

  add({ outcome }: IndexedOutcome): void {
    if (outcome.kind !== "score") return;
    this.#prompt += outcome.promptTokens;
    this.#reused += outcome.reusedTokens;
  }

  get usage(): Usage {
    return {
      prompt_tokens: this.#prompt,
      total_tokens: this.#prompt,
      prompt_tokens_details: { cached_tokens: this.#reused },
    };
  }
}
