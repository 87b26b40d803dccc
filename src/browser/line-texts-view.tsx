import { useEffect, useState } from "preact/hooks";
import { errorMessage } from "../base/errors.ts";
import { visibleLines, visibleText } from "../base/visible-text.ts";
import type { ViewedTexts } from "../run/table-texts.ts";
import type { Source } from "./source.ts";

/** The texts that a line is about: what was asked, and what was answered. */
export function LineTextsView({
  source,
  run,
  line,
  record,
}: {
  readonly source: Source;
  readonly run: number;
  readonly line: number;
  /** Index of its record. */
  readonly record: number;
}) {
  const [shown, setShown] = useState<ViewedTexts | null>(null);
  useEffect(() => {
    let isWanted = true;
    setShown(null);
    void source
      .lineTexts(run, line, record)
      .catch((error: unknown) => ({ found: null, missing: errorMessage(error) }))
      .then((texts) => {
        if (isWanted) setShown(texts);
      });
    return () => {
      isWanted = false;
    };
  }, [source, run, line, record]);
  if (shown === null) return <p class="note">Looking for the texts…</p>;
  if (shown.found === null) {
    return <p class="note">No texts: {visibleText(shown.missing ?? "the record is not there")}.</p>;
  }
  return (
    <div class="texts">
      {shown.found.state === "changed" && (
        <p class="notes">The data says something else by now than what was judged.</p>
      )}
      {Object.entries(shown.found.texts).map(([name, text]) =>
        typeof text === "string" && text !== "" ? (
          <details key={name} open>
            <summary>{visibleText(name)}</summary>
            <pre>{visibleLines(text)}</pre>
          </details>
        ) : null,
      )}
    </div>
  );
}
