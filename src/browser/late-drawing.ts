/** What is to be drawn once everything else has been painted, first come first. */
const waiting: (() => void)[] = [];
let isRunning = false;

/**
 * Has something drawn late: one drawing at a time, so that what is typed or dragged meanwhile comes between
 * them.
 *
 * @returns what calls it off.
 */
export function drawLate(draw: () => void): () => void {
  waiting.push(draw);
  if (!isRunning) setTimeout(drawNext);
  isRunning = true;
  return () => {
    const place = waiting.indexOf(draw);
    if (place !== -1) waiting.splice(place, 1);
  };
}

function drawNext(): void {
  const draw = waiting.shift();
  isRunning = waiting.length > 0;
  // Before it draws: one that fails does not keep the others from being drawn.
  if (isRunning) setTimeout(drawNext);
  draw?.();
}
