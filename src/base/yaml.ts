import { type ErrorCode, errorMessage, LagerError } from "./errors.ts";
import type { JsonPath } from "./json-fields.ts";

/** A YAML document's value, and where things stand in it. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line of a value; of one that is missing, that of its nearest ancestor. */
  readonly lineOf: (path: JsonPath) => number | undefined;
}

/**
 * Reads a YAML document. The parser is loaded here and not at the top: it is large, and not every
 * import wants it.
 *
 * @param source the file, and the code of what is wrong with it.
 * @throws LagerError of that code, with the line.
 */
export async function parseYaml(
  text: string,
  { file, code }: { readonly file: string; readonly code: ErrorCode },
): Promise<YamlDocument> {
  const { LineCounter, isNode, parseDocument, visit } = await import("yaml");
  const lines = new LineCounter();
  const invalid = (cause: unknown, offset?: number) => {
    const line = offset === undefined ? undefined : lines.linePos(offset).line;
    return new LagerError(code, `not valid YAML: ${errorMessage(cause)}`, {
      place: { file, line },
      cause,
    });
  };
  const attempt = <T>(work: () => T, offset?: () => number | undefined): T => {
    try {
      return work();
    } catch (cause) {
      throw invalid(cause, offset?.());
    }
  };
  // Nesting without end makes the parser itself throw.
  const document = attempt(() => parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  const [error] = document.errors;
  if (error !== undefined) throw invalid(error, error.pos[0]);
  // The nearest ancestor that is there has the line of a value that is missing.
  const lineOf = (path: JsonPath): number | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  // Aliases that name nothing, or multiply beyond measure, are found only here.
  const firstBadAlias = (): number | undefined => {
    let offset: number | undefined;
    visit(document, {
      Alias(_, alias) {
        const isBad = alias.resolve(document) === undefined;
        if (isBad) offset ??= alias.range?.[0];
      },
    });
    return offset;
  };
  return { value: attempt((): unknown => document.toJS(), firstBadAlias), lineOf };
}
