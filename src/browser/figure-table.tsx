import type { ComponentChildren } from "preact";

/** A table of figures, of which the first column names the rows. */
export function FigureTable({
  label,
  headings,
  children,
}: {
  readonly label: string;
  readonly headings: readonly { readonly name: string; readonly title?: string }[];
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where it does not fit
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" />
            {headings.map(({ name, title }) => (
              <th key={name} scope="col" class="figure" title={title}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody aria-live="polite">{children}</tbody>
      </table>
    </section>
  );
}
