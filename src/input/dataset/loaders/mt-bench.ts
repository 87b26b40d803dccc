import { ownValue } from "../../../base/json.ts";
import { nameIn, objectsIn, type RawObject, textIn, wrongField } from "./raw-fields.ts";

interface Answer {
  readonly id: string;
  readonly group: string;
  readonly system_id: string;
  readonly instruction: string;
  readonly response: string;
  /** The first question and its answer, in front of a second question. */
  readonly context: string;
  /** For each comparison 1 (won), 0.5 (a tie) or 0 (lost). */
  readonly human: { readonly wins: number[] };
}

const SHARE_OF_A: Readonly<Record<string, number>> = { model_a: 1, model_b: 0, tie: 0.5 };

/**
 * MT-Bench human judgments: a row for each comparison of two conversations at a turn. Each answer
 * becomes one record, with the outcomes of all its comparisons; their mean is its share of wins.
 */
export class MtBenchAnswers {
  readonly #answers = new Map<string, Answer>();

  add(row: RawObject): void {
    const question = nameIn(row, "question_id");
    const turn = Number(nameIn(row, "turn"));
    if (turn !== 1 && turn !== 2) throw wrongField("turn", "1 or 2", row.turn);
    const winner = textIn(row, "winner");
    const shareOfA = ownValue(SHARE_OF_A, winner.replace(/ \(.*\)$/, ""));
    if (shareOfA === undefined) throw wrongField("winner", "model_a, model_b or tie", winner);
    // Both are read before either is kept.
    const sides = [
      { ...answerOf(row, "a", turn), share: shareOfA },
      { ...answerOf(row, "b", turn), share: 1 - shareOfA },
    ];
    for (const { share, system_id, ...texts } of sides) {
      const id = `${question}-${system_id}-turn${turn}`;
      const group = `${question}-turn${turn}`;
      const answer = this.#answers.get(id) ?? {
        id,
        group,
        system_id,
        ...texts,
        human: { wins: [] },
      };
      answer.human.wins.push(share);
      this.#answers.set(id, answer);
    }
  }

  records(): Iterable<RawObject> {
    return Array.from(this.#answers.values(), (answer) => ({ ...answer }));
  }
}

function answerOf(row: RawObject, side: "a" | "b", turn: 1 | 2) {
  const field = `conversation_${side}`;
  const turns = objectsIn(row, field).map((each) => textIn(each, "content"));
  const [instruction, response] = turns.slice(2 * turn - 2, 2 * turn);
  if (instruction === undefined || response === undefined) {
    throw wrongField(field, `question and answer of turn ${turn}`, row[field]);
  }
  const [question, answer] = turns;
  const context = turn === 1 ? "" : `User: ${question}\n\nAssistant: ${answer}`;
  return { system_id: nameIn(row, `model_${side}`), instruction, response, context };
}
