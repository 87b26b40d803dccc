import type { RunAgreement, ScopeAgreement } from "../analysis/eval/layer-agreement.ts";
import { errorMessage } from "../base/errors.ts";
import { type HeldLines, type LayerRequest, type LineLayers, RunShare } from "./run-share.ts";

// What the page's first worker asks the others, and itself.

interface HoldQuestion extends HeldLines {
  readonly kind: "hold";
  readonly run: number;
}

interface RawQuestion {
  readonly kind: "raw";
  readonly run: number;
  /** Of each node. */
  readonly raw: readonly Float32Array[];
}

interface HumanQuestion {
  readonly kind: "human";
  readonly run: number;
  readonly lines: readonly number[];
  readonly human: readonly number[];
}

interface ScoreQuestion {
  readonly kind: "score";
  readonly run: number;
  readonly layers: LayerRequest;
}

interface LineQuestion {
  readonly kind: "line";
  readonly run: number;
  readonly line: number;
  readonly layers: LayerRequest;
}

interface AgreementQuestion {
  readonly kind: "agreement";
  readonly run: number;
  readonly scope: number;
  /** Of all lines. */
  readonly scores: Float64Array;
}

interface TogetherQuestion {
  readonly kind: "together";
  readonly run: number;
  /** In their order. */
  readonly scopes: readonly ScopeAgreement[];
}

export type Question =
  | HoldQuestion
  | RawQuestion
  | HumanQuestion
  | ScoreQuestion
  | LineQuestion
  | AgreementQuestion
  | TogetherQuestion;

/** Answers by the kind of question. */
export interface Answers {
  readonly hold: null;
  readonly raw: null;
  readonly human: null;
  readonly score: Float64Array;
  readonly line: LineLayers;
  readonly agreement: ScopeAgreement;
  readonly together: RunAgreement;
}

export type AnswerTo<Kind extends Question["kind"]> = Answers[Kind];

/** Asks a worker. @throws whatever it has thrown. */
export type Ask = <Kind extends Question["kind"]>(
  question: Extract<Question, { kind: Kind }>,
  transfer?: readonly ArrayBuffer[],
) => Promise<AnswerTo<Kind>>;

/** Answers questions about the parts of runs that it was given. */
export class Answerer {
  readonly #shares = new Map<number, RunShare>();

  /** @throws Error when it holds nothing of the run; LagerError as computing does. */
  answer(question: Question): AnswerTo<Question["kind"]> {
    switch (question.kind) {
      case "hold":
        this.#shares.set(question.run, new RunShare(question));
        return null;
      case "raw":
        this.#of(question.run).addRaw(question.raw);
        return null;
      case "human":
        this.#of(question.run).changeHuman(question.lines, question.human);
        return null;
      case "score":
        return this.#of(question.run).scores(question.layers);
      case "line":
        return this.#of(question.run).line(question.line, question.layers);
      case "agreement":
        return this.#of(question.run).agreement(question.scope, question.scores);
      case "together":
        return this.#of(question.run).together(question.scopes);
    }
  }

  #of(run: number): RunShare {
    const found = this.#shares.get(run);
    if (found === undefined) throw new Error(`run ${run} has not been loaded`);
    return found;
  }
}

/** Asks an answerer in the same worker. */
export function askHere(answerer: Answerer): Ask {
  return async (question) => answerer.answer(question) as never;
}

interface Asked {
  readonly id: number;
  readonly question: Question;
}

interface Answered {
  readonly id: number;
  readonly answer: unknown;
  /** Why there is none. */
  readonly problem: string | null;
}

/** One end of a connection to another worker. */
export interface Wire {
  send(message: unknown, transfer: readonly ArrayBuffer[]): void;
  /** Has every message that comes taken on. */
  listen(take: (message: never) => void): void;
}

/** Asks the worker at the other end of a wire. */
export function askThere(wire: Wire): Ask {
  const waiting = new Map<number, (answered: Answered) => void>();
  let next = 0;
  wire.listen((answered: Answered) => {
    waiting.get(answered.id)?.(answered);
    waiting.delete(answered.id);
  });
  return (question, transfer = []) =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, ({ answer, problem }) => {
        if (problem === null) resolve(answer as never);
        else reject(new Error(problem));
      });
      wire.send({ id, question } satisfies Asked, transfer);
    });
}

/** Answers whoever asks at the other end of a wire. */
export function answerAt(wire: Wire, answerer: Answerer): void {
  wire.listen(({ id, question }: Asked) => {
    try {
      const answer = answerer.answer(question);
      wire.send({ id, answer, problem: null } satisfies Answered, []);
    } catch (error) {
      wire.send({ id, answer: null, problem: errorMessage(error) } satisfies Answered, []);
    }
  });
}
