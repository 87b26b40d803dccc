/** A label at the side of a chart, at the height that it stands for. */
export interface SideLabel {
  readonly text: string;
  readonly color: string;
  /** In the units of the y scale. */
  readonly y: number;
}

/**
 * Moves labels apart that would lie over each other, as little as possible and in their order.
 *
 * @param gap Least distance between two labels, in the units of the y scale.
 */
export function spreadLabels(labels: readonly SideLabel[], gap: number): SideLabel[] {
  // Groups of labels that touch are pushed apart around their common middle, until none touch.
  let groups = [...labels]
    .sort((a, b) => a.y - b.y)
    .map((label) => ({ middle: label.y, members: [label] }));
  for (let i = 1; i < groups.length; ) {
    const [below, above] = [groups[i - 1], groups[i]];
    if (below === undefined || above === undefined) break;
    const needed = ((below.members.length + above.members.length) / 2) * gap;
    if (above.middle - below.middle >= needed) {
      i++;
      continue;
    }
    const members = [...below.members, ...above.members];
    const middle = members.reduce((sum, { y }) => sum + y, 0) / members.length;
    groups = [...groups.slice(0, i - 1), { middle, members }, ...groups.slice(i + 1)];
    i = Math.max(1, i - 1);
  }
  return groups.flatMap(({ middle, members }) =>
    members.map((label, i) => ({ ...label, y: middle + (i - (members.length - 1) / 2) * gap })),
  );
}
