import type { ProbedTurn } from "./answer-start.ts";

/** A message of a conversation; `content` as the template wants it. */
export type Message = Readonly<Record<string, unknown>> & {
  readonly role: "system" | "user" | "assistant";
};

/** Renders a conversation, with or without a generation prompt; undefined when that fails. */
export type TryRender = (
  messages: readonly Message[],
  options: { readonly addGenerationPrompt: boolean },
) => string | undefined;

/** These stand for turns while it is found out how a template treats them. */
export const PROBE = {
  system: "Grade what you are shown.",
  user: "The quick brown fox.",
  answer: "A lazy dog sleeps.",
  thoughts: "Let me see what it jumps over.",
} as const;

/** Names by which templates know the thoughts of a message. */
const THOUGHTS_OF_A_MESSAGE = ["reasoning_content", "reasoning", "thinking", "thought"];

/** What a chat template makes of a probe conversation. */
export interface Probe extends ProbedTurn {
  /** What it puts behind the user's text when nobody is to answer. */
  readonly ended: string;
}

/** @param turns up to the user's, whose text is `PROBE.user` */
export function probeTurn(
  turns: readonly Message[],
  message: (role: Message["role"], text: string) => Message,
  tryRender: TryRender,
): Probe {
  const behindUser = (messages: readonly Message[], addGenerationPrompt: boolean) => {
    const text = tryRender([...turns, ...messages], { addGenerationPrompt });
    return text === undefined ? undefined : behind(text, PROBE.user);
  };
  const answer = message("assistant", PROBE.answer);
  const thoughtful: Message = {
    ...answer,
    ...Object.fromEntries(THOUGHTS_OF_A_MESSAGE.map((name) => [name, PROBE.thoughts])),
  };
  // Where an answer cannot be the last turn, it may still be one before that.
  const answered =
    upTo(behindUser([answer], false), PROBE.answer) ??
    upTo(behindUser([answer, message("user", "?")], false), PROBE.answer);
  return {
    generated: behindUser([], true) ?? "",
    ended: behindUser([], false) ?? "",
    answered,
    thoughts: thoughtsIn(behindUser([thoughtful], false)),
  };
}

function thoughtsIn(text: string | undefined): ProbedTurn["thoughts"] {
  const before = upTo(text, PROBE.thoughts);
  if (text === undefined || before === undefined) return undefined;
  const after = upTo(behind(text, PROBE.thoughts), PROBE.answer);
  return after === undefined ? undefined : { before, after };
}

/** What stands behind the last `mark`. */
function behind(text: string, mark: string): string | undefined {
  const at = text.lastIndexOf(mark);
  return at === -1 ? undefined : text.slice(at + mark.length);
}

/** What stands in front of the first `mark`. */
function upTo(text: string | undefined, mark: string): string | undefined {
  const at = text?.indexOf(mark) ?? -1;
  return at === -1 ? undefined : text?.slice(0, at);
}
