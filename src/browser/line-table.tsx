import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { LineColumn, LineFigures } from "./line-columns.ts";
import type { TableSort } from "./line-order.ts";

/** Height of a row in CSS pixels; the style sheet has the same. */
const ROW = 34;
/** Rows beside those in view, so that scrolling shows no gap. */
const BEYOND = 8;
/** So many rows are scrolled before other ones are drawn; less than lie beyond. */
const STEP = 4;
/** No browser lays out elements that are much higher: then a pixel stands for several rows. */
const MOST_HEIGHT = 8_000_000;

export interface LineTableProps {
  readonly columns: readonly LineColumn[];
  readonly figures: LineFigures;
  /** Number of the request that they answer. */
  readonly request: number | undefined;
  /** Lines in order, shape [shown]. */
  readonly order: Int32Array;
  readonly sort: TableSort;
  readonly onSort: (sort: TableSort) => void;
  readonly selected: number | null;
  readonly onSelect: (line: number) => void;
}

/** A table of any number of lines, of which only the rows in view are elements. */
export function LineTable(props: LineTableProps) {
  const { columns, figures, request, order, sort, onSort, selected, onSelect } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setHeight(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const whole = Math.min(MOST_HEIGHT, order.length * ROW);
  const inView = Math.ceil(height / ROW);
  // A table that has just become shorter is not scrolled as far; the head scrolls with its rows.
  const top = Math.max(0, Math.min(scrolled, whole + ROW - height));
  // Of a table that is laid out as high as it is, the row at the top; else the share that is scrolled.
  const share = whole <= height ? 0 : top / (whole - height);
  const first =
    whole < MOST_HEIGHT
      ? Math.floor(top / ROW / STEP) * STEP
      : Math.round(share * (order.length - inView + 1));
  const from = Math.max(0, first - BEYOND);
  const to = Math.min(order.length, first + STEP + inView + BEYOND);
  const offset = whole < MOST_HEIGHT ? from * ROW : top - (first - from) * ROW;
  const place = selected === null ? -1 : order.indexOf(selected);
  const onScroll = (): void => {
    const now = box.current?.scrollTop ?? 0;
    // As long as the same rows are drawn nothing is.
    const step = STEP * ROW;
    setScrolled(whole < MOST_HEIGHT ? Math.floor(now / step) * step : now);
  };
  const go = (to: number): void => {
    const next = Math.max(0, Math.min(order.length - 1, to));
    const line = order[next];
    if (line === undefined) return;
    onSelect(line);
    if (box.current !== null) bringInView(box.current, next, order.length, whole);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, inView - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + page,
      PageUp: place - page,
      Home: 0,
      End: order.length - 1,
    };
    const step = steps[event.key];
    if (step === undefined || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    go(step);
  };
  const template = columns.map(widthOf).join(" ");
  const rows = Array.from(order.subarray(from, to));
  return (
    <div class="lines" ref={box} data-shown={request} onScroll={onScroll}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of rows to choose is a grid
        role="grid"
        aria-label="Lines of the run"
        aria-rowcount={order.length + 1}
        aria-activedescendant={place >= from && place < to ? `line-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={{ "--columns": template }}
      >
        <Head columns={columns} sort={sort} onSort={onSort} />
        <tbody style={{ height: `${whole}px`, paddingTop: `${offset}px` }}>
          {rows.map((line, i) => (
            // By their place: when other lines come, elements stay and their texts change.
            <tr
              key={i}
              id={`line-${line}`}
              aria-rowindex={from + i + 2}
              aria-selected={line === selected}
              onClick={() => onSelect(line)}
            >
              {columns.map(({ name, isText, text }, place) => (
                <Cell key={name} shown={text(line, figures)} isText={isText} isHead={place === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {order.length === 0 && <p class="note">No line is like that.</p>}
    </div>
  );
}

interface CellProps {
  readonly shown: string;
  readonly isText: boolean | undefined;
  readonly isHead: boolean;
}

function Cell({ shown, isText, isHead }: CellProps) {
  if (isHead) {
    return (
      <th scope="row" title={shown}>
        {shown}
      </th>
    );
  }
  return (
    <td class={isText ? undefined : "figure"} title={isText ? shown : undefined}>
      {shown}
    </td>
  );
}

interface HeadProps {
  readonly columns: readonly LineColumn[];
  readonly sort: TableSort;
  readonly onSort: (sort: TableSort) => void;
}

function Head({ columns, sort, onSort }: HeadProps) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ name, title, help, isText }) => {
          const isSorted = sort.column === name;
          const order = sort.descending ? "descending" : "ascending";
          // Figures are looked for from the largest, texts from the first.
          const descending = isSorted ? !sort.descending : !isText;
          return (
            <th
              key={name}
              scope="col"
              aria-sort={isSorted ? order : undefined}
              class={isText ? undefined : "figure"}
            >
              <button
                type="button"
                title={help}
                onClick={() => onSort({ column: name, descending })}
              >
                {title}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** Columns of texts take what their texts need and share what is left over. */
function widthOf({ isText, longest = 0 }: LineColumn): string {
  if (!isText) return "minmax(5.5rem, 0.5fr)";
  const characters = Math.max(LEAST_TEXT, Math.min(MOST_TEXT, longest));
  return `minmax(calc(${characters}ch + 1.25rem), 1fr)`;
}

/** Characters of a column of texts. */
const LEAST_TEXT = 6;
const MOST_TEXT = 18;

function bringInView(box: HTMLElement, place: number, count: number, whole: number): void {
  if (whole >= MOST_HEIGHT) {
    box.scrollTop = (place / Math.max(1, count - 1)) * (whole - box.clientHeight);
    return;
  }
  const head = ROW;
  const start = place * ROW;
  if (start < box.scrollTop) box.scrollTop = start;
  const end = start + ROW + head;
  if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
}
