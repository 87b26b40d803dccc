/** Characters of a line in a transcript. */
const WIDTH = 110;

/** Long lines go on below, indented. */
export function wrapped(/** @type {string} */ text) {
  return text.split("\n").flatMap((line) => {
    const lines = [];
    let rest = line;
    while (rest.length > WIDTH) {
      const cut = rest.lastIndexOf(" ", WIDTH);
      if (cut <= 4) break;
      lines.push(rest.slice(0, cut));
      rest = `    ${rest.slice(cut + 1)}`;
    }
    return [...lines, rest];
  });
}
