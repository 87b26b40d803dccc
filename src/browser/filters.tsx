import { linesText } from "../base/figure-text.ts";
import type { RunTable } from "../run/run-table.ts";
import type { LineFilter } from "./line-order.ts";
import { NameOptions } from "./name-options.tsx";

export interface FiltersProps {
  readonly table: RunTable;
  readonly filter: LineFilter;
  readonly onFilter: (filter: LineFilter) => void;
  readonly count: number | undefined;
  /** Whether texts that are searched have not come yet. */
  readonly isReading: boolean;
}

/** Which lines the table shows. */
export function Filters({ table, filter, onFilter, count, isReading }: FiltersProps) {
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      {table.criteria.length > 1 && (
        <label>
          Criterion{" "}
          <select
            value={filter.criterion ?? ""}
            onChange={({ currentTarget: { value } }) =>
              onFilter({ ...filter, criterion: value === "" ? null : Number(value) })
            }
          >
            <option value="">all</option>
            <NameOptions names={table.criteria} />
          </select>
        </label>
      )}
      <label>
        Search{" "}
        <input
          type="search"
          value={filter.search}
          placeholder={table.systems.length > 0 ? "record, system or text" : "record or text"}
          autocomplete="off"
          onInput={({ currentTarget: { value } }) => onFilter({ ...filter, search: value })}
        />
      </label>
      <output aria-live="polite">
        {count === undefined ? "" : linesText(count)}
        {isReading && "; the texts are being read …"}
      </output>
    </form>
  );
}
