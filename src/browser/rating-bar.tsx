import { useEffect } from "preact/hooks";
import { shortFigureText } from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import type { RunHeader } from "../run/run-format.ts";
import { labelKeys } from "./label-keys.ts";

export interface RatingBarProps {
  readonly header: RunHeader;
  /** Name of the criterion that the line is rated on. */
  readonly criterion: string;
  readonly rater: string;
  /** What the rater has said: a score, null for a line left out, undefined for nothing. */
  readonly given: number | null | undefined;
  /** @param human null leaves the line out. */
  readonly onRate: (human: number | null) => void;
  readonly onUndo: () => void;
}

/** Where a line is rated, by buttons or keys. */
export function RatingBar({ header, criterion, rater, given, onRate, onUndo }: RatingBarProps) {
  const { labels, values, task } = header;
  const asked = task.criteria.find(({ name }) => name === criterion);
  const keys = labelKeys(labels);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const label = keys.indexOf(event.key);
      if (label !== -1) onRate(values[label] ?? null);
      else if (event.key === "s") onRate(null);
      else if (event.key === "u") onUndo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
  return (
    <fieldset class="rating">
      <legend>Your score, {visibleText(rater)}</legend>
      {asked !== undefined && asked.description !== "" && (
        <p class="note">{visibleText(asked.description)}</p>
      )}
      <div class="choices">
        {labels.map((label, i) => (
          <button
            type="button"
            key={label}
            aria-pressed={given !== undefined && given !== null && given === values[i]}
            aria-keyshortcuts={keys[i]}
            title={hint(asked?.anchors[label], keys[i])}
            onClick={() => onRate(values[i] ?? null)}
          >
            {visibleText(label)}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={given === null}
          aria-keyshortcuts="s"
          title="key s"
          onClick={() => onRate(null)}
        >
          leave out
        </button>
        <button type="button" aria-keyshortcuts="u" title="key u" onClick={onUndo}>
          undo
        </button>
      </div>
      <output class="note" aria-live="polite">
        {saidText(given, labels, values)}
      </output>
    </fieldset>
  );
}

function hint(anchor: string | undefined, key: string | undefined): string | undefined {
  const parts = [
    anchor === undefined ? "" : visibleText(anchor),
    key === undefined ? "" : `key ${key}`,
  ];
  return parts.filter((part) => part !== "").join("; ") || undefined;
}

function saidText(
  given: number | null | undefined,
  labels: readonly string[],
  values: readonly number[],
): string {
  if (given === undefined) return "You have not scored this line.";
  if (given === null) return "You have left this line out.";
  const label = labels[values.indexOf(given)];
  return `You said ${label === undefined ? shortFigureText(given) : visibleText(label)}; it is saved.`;
}

/** Whether keys belong to what is typed or chosen. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}
