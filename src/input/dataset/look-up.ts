/**
 * The value at a dotted path, `undefined` when it is not there.
 *
 * A key that holds dots itself is found too: `scores.clarity` is `{"scores": {"clarity": 3}}` as
 * well as `{"scores.clarity": 3}`, which is how a CSV column of that name is read. Numbers lead
 * into lists, counted from 0. Inherited properties are never found.
 */
export function lookUp(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (hasKey(value, path)) return value[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const head = path.slice(0, dot);
    if (!hasKey(value, head)) continue;
    const found = lookUp(value[head], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasKey(value: object, key: string): value is Record<string, unknown> {
  // A list's own `length` is no part of the data.
  return Object.hasOwn(value, key) && (!Array.isArray(value) || /^\d+$/.test(key));
}
