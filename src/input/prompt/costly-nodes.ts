import { isNode, type Node } from "./jinja-library.ts";

/** Nodes of a template whose value is walked through by what they stand in. */
export interface CostlyNodes {
  /** Element by element, or character by character: what is searched, cut, filtered. */
  readonly walked: ReadonlySet<unknown>;
  /** With all that is in it: what is printed, or made JSON. */
  readonly printed: ReadonlySet<unknown>;
  /** What is looped over. */
  readonly iterated: ReadonlySet<unknown>;
  /** By how much lines are indented. */
  readonly widths: ReadonlySet<unknown>;
}

/** Filters that look at a value without walking through it. */
const CHEAP_FILTERS = new Set(["length", "count", "first", "last", "list", "safe", "default", "d"]);
const PRINTING_FILTERS = new Set(["tojson", "string", "join"]);

/** Finds the nodes whose values count against a template's steps. */
export function costlyNodes(program: Node): CostlyNodes {
  const walked = new Set<unknown>();
  const printed = new Set<unknown>();
  const iterated = new Set<unknown>();
  const widths = new Set<unknown>();
  // By a stack of its own: a sum of thousands of terms nests as deeply.
  const stack: unknown[] = [program];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (Array.isArray(node) || node instanceof Map) {
      stack.push(...node);
    } else if (isNode(node)) {
      for (const each of bodiesOf(node)) printed.add(each);
      const iterable = iterableOf(node);
      if (iterable !== undefined) iterated.add(iterable);
      for (const each of widthsOf(node)) widths.add(each);
      for (const each of operandsOf(node)) (isPrinting(node) ? printed : walked).add(each);
      stack.push(...Object.values(node).filter((child) => typeof child === "object" && child));
    }
  }
  return { walked, printed, iterated, widths };
}

/** What stands in a block by itself, and so is printed. */
function bodiesOf({ body, alternate, defaultBlock }: Node): unknown[] {
  return [body, alternate, defaultBlock].flatMap((block) => (Array.isArray(block) ? block : []));
}

function iterableOf({ type, iterable }: Node): unknown {
  if (type !== "For" || !isNode(iterable)) return undefined;
  return iterable.type === "SelectExpression" ? iterable.lhs : iterable;
}

function operandsOf(node: Node): unknown[] {
  switch (node.type) {
    case "BinaryExpression":
      return isNode(node.operator) &&
        ["==", "!=", "and", "or"].includes(String(node.operator.value))
        ? []
        : [node.left, node.right];
    case "FilterExpression":
      return CHEAP_FILTERS.has(filterName(node)) ? [] : [node.operand];
    case "TestExpression":
      return isNode(node.test) && ["lower", "upper"].includes(String(node.test.value))
        ? [node.operand]
        : [];
    case "CallExpression":
      return isNode(node.callee) && node.callee.type === "MemberExpression"
        ? [node.callee.object, ...(Array.isArray(node.args) ? node.args : [])]
        : [];
    case "MemberExpression":
      return isNode(node.property) && node.property.type === "SliceExpression" ? [node.object] : [];
    default:
      return [];
  }
}

function widthsOf(node: Node): unknown[] {
  const { filter } = node;
  if (!isNode(filter) || !Array.isArray(filter.args)) return [];
  if (!["indent", "tojson"].includes(filterName(node))) return [];
  return filter.args.map((each) =>
    isNode(each) && each.type === "KeywordArgumentExpression" ? each.value : each,
  );
}

function isPrinting(node: Node): boolean {
  return node.type === "FilterExpression" && PRINTING_FILTERS.has(filterName(node));
}

function filterName({ filter }: Node): string {
  const name = isNode(filter) && filter.type === "CallExpression" ? filter.callee : filter;
  return isNode(name) ? String(name.value) : "";
}
