import { visibleText } from "../base/visible-text.ts";

/** Names to choose from, each by its index. */
export function NameOptions({
  names,
  without,
}: {
  readonly names: readonly string[];
  /** Index of one that cannot be chosen. Default: all can be. */
  readonly without?: number;
}) {
  return (
    <>
      {names.map((name, i) =>
        i === without ? null : (
          <option key={name} value={i}>
            {visibleText(name)}
          </option>
        ),
      )}
    </>
  );
}
