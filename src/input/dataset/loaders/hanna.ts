import { nameIn, type RawObject, textIn } from "./raw-fields.ts";

const CRITERIA = [
  "Relevance",
  "Coherence",
  "Empathy",
  "Surprise",
  "Engagement",
  "Complexity",
] as const;

interface Story {
  readonly id: string;
  readonly prompt: string;
  readonly story: string;
  readonly system_id: string;
  /** The annotators' scores by criterion, in lower case. */
  readonly human: Record<string, string[]>;
}

/** HANNA: a row for each annotator of a story. The rows of a story become one record. */
export class HannaStories {
  readonly #stories = new Map<string, Story>();

  add(row: RawObject): void {
    const id = nameIn(row, "Story ID");
    const scores = CRITERIA.map((name) => [name.toLowerCase(), nameIn(row, name)] as const);
    const story = this.#stories.get(id) ?? {
      id,
      prompt: textIn(row, "Prompt"),
      story: textIn(row, "Story"),
      system_id: nameIn(row, "Model"),
      human: Object.fromEntries(scores.map(([name]) => [name, []])),
    };
    for (const [name, score] of scores) story.human[name]?.push(score);
    this.#stories.set(id, story);
  }

  records(): Iterable<RawObject> {
    return Array.from(this.#stories.values(), (story) => ({ ...story }));
  }
}
