import { isNode, type Node } from "./jinja-library.ts";

/** Names that Jinja itself brings along. */
const BUILT_IN = [
  ...["true", "false", "none", "True", "False", "None"],
  ...["loop", "namespace", "range", "caller", "varargs", "kwargs", "raise_exception"],
];

/**
 * Variables that a template reads and nobody sets, neither the template itself nor `known`.
 *
 * Jinja prints nothing for such a variable, so a slip (`{{ respnse }}`) would go unnoticed, and the
 * judge would grade an empty text.
 */
export function unknownVariables(program: Node, known: readonly string[]): string[] {
  const read = new Set<string>();
  const set = new Set<string>([...BUILT_IN, ...known]);
  visit(program, read, set);
  return [...read].filter((name) => !set.has(name));
}

/** Places where an identifier names something else than a variable, by kind of node. */
const NAMES_ONLY: Readonly<Record<string, readonly string[]>> = {
  FilterExpression: ["filter"],
  FilterStatement: ["filter"],
  TestExpression: ["test"],
  KeywordArgumentExpression: ["key"],
  // Words such as `and` and `not in` are tokens of the kind that variables are.
  BinaryExpression: ["operator"],
  UnaryExpression: ["operator"],
};

/** Places where an identifier is a variable that is set there, by kind of node. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  Set: ["assignee"],
  For: ["loopvar"],
  Macro: ["name", "args"],
  CallStatement: ["callerArgs"],
};

function visit(node: unknown, read: Set<string>, set: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, read, set);
  } else if (node instanceof Map) {
    for (const entry of node) visit(entry, read, set);
  } else if (isNode(node)) {
    if (node.type === "Identifier" && typeof node.value === "string") read.add(node.value);
    else visitChildren(node, read, set);
  }
}

function visitChildren(node: Node, read: Set<string>, set: Set<string>): void {
  for (const [key, child] of Object.entries(node)) {
    if (NAMES_ONLY[node.type]?.includes(key)) {
      // A filter with arguments is a call: its name is no variable, but its arguments may be.
      if (isNode(child) && child.type === "CallExpression") visit(child.args, read, set);
    } else if (SETS[node.type]?.includes(key)) {
      visitParameters(child, read, set);
    } else if (node.type !== "MemberExpression" || key !== "property" || node.computed === true) {
      visit(child, read, set);
    }
  }
}

/** What is set: names, and parameters with a default (whose value is read). */
function visitParameters(node: unknown, read: Set<string>, set: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) visitParameters(child, read, set);
  } else if (isNode(node) && node.type === "KeywordArgumentExpression") {
    visit(node.key, set, set);
    visit(node.value, read, set);
  } else {
    visit(node, set, set);
  }
}

/** Identifiers and texts of a template, and the parts of dotted ones. */
export function namesIn(program: Node): string[] {
  const names: string[] = [];
  const stack: unknown[] = [program];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (Array.isArray(node) || node instanceof Map) stack.push(...node);
    else if (isNode(node)) {
      const isName = node.type === "Identifier" || node.type === "StringLiteral";
      if (isName && typeof node.value === "string")
        names.push(node.value, ...node.value.split("."));
      stack.push(...Object.values(node).filter((child) => typeof child === "object" && child));
    }
  }
  return names;
}
