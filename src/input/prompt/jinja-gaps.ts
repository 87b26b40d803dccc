import type { Node, Value } from "./jinja-library.ts";
import { type Evaluated, evaluated, listOf, runtimeValue } from "./jinja-values.ts";

type Evaluate = (node: Node) => Value;
/** The value of a node, or a node of the same meaning that the library can evaluate. */
type Filled = { readonly value: Value } | { readonly node: Node };
type ObjectValue = Value & { readonly value: Map<string, Value>; items(): Value; keys(): Value };

/**
 * Helps the template library with what chat templates use and it lacks: objects with numbers as keys,
 * more of Python's methods of texts. Undefined where no help is needed.
 */
export function fillGap(node: Node, evaluate: Evaluate): Filled | undefined {
  switch (node.type) {
    case "Evaluated":
      return { value: (node as Evaluated).value };
    case "ObjectLiteral":
      return objectWithNumbers(node, evaluate);
    case "MemberExpression":
      return numberedMember(node, evaluate);
    case "FilterExpression":
      return itemsOf(node, evaluate);
    case "CallExpression":
      return stringMethod(node, evaluate);
    default:
      return undefined;
  }
}

/** What a `for` loop makes of a value: Jinja takes undefined for an empty list, and cuts texts. */
export function iterable(value: Value): Value {
  if (value.type === "UndefinedValue") return runtimeValue([]);
  return value.type === "StringValue" ? runtimeValue([...String(value.value)]) : value;
}

const PlainObject = runtimeValue({}).constructor as new (
  entries: Map<string, Value>,
) => ObjectValue;

/** An object with numbers among its keys: it is looked up by their digits, and lists them as numbers. */
class NumberedObject extends PlainObject {
  readonly #keys: readonly Value[];

  constructor(entries: readonly (readonly [Value, Value])[]) {
    super(new Map(entries.map(([key, value]) => [String(key.value), value])));
    const keys = new Map(entries.map(([key]) => [String(key.value), key]));
    if (new Set(entries.map(([key]) => `${key.type} ${key.value}`)).size !== keys.size) {
      throw new Error("an object has a number and a text of the same digits as keys");
    }
    this.#keys = [...keys.values()];
  }

  override keys(): Value {
    return listOf(this.#keys);
  }

  override items(): Value {
    return listOf(this.#keys.map((key) => listOf([key, this.at(key)])));
  }

  at(key: Value): Value {
    return this.value.get(String(key.value)) ?? runtimeValue(undefined);
  }

  /** The pairs in the order of their keys. */
  sorted(): Value {
    const pairs = [...this.#keys].sort((a, b) => {
      if (a.type !== b.type) throw new Error("numbers and texts have no order among each other");
      const [left, right] = [a.value as number | string, b.value as number | string];
      return left < right ? -1 : left > right ? 1 : 0;
    });
    return listOf(pairs.map((key) => listOf([key, this.at(key)])));
  }
}

/** `{0: "a"}` */
function objectWithNumbers({ value }: Node, evaluate: Evaluate): Filled | undefined {
  const entries = [...(value as Map<Node, Node>)];
  if (entries.every(([key]) => key.type === "StringLiteral")) return undefined;
  const known = entries.map(([key, item]) => [evaluate(key), evaluate(item)] as const);
  const isNumbered = known.some(([key]) => key.type === "IntegerValue");
  const fits = known.every(([{ type }]) => type === "IntegerValue" || type === "StringValue");
  if (isNumbered && fits) return { value: new NumberedObject(known) };
  return {
    node: {
      type: "ObjectLiteral",
      value: new Map(known.map(([key, item]) => [evaluated(key), evaluated(item)])),
    },
  };
}

/** `object[0]` */
function numberedMember(node: Node, evaluate: Evaluate): Filled | undefined {
  const { object, property, computed } = node as Node & { object: Node; property: Node };
  if (computed !== true || property.type === "SliceExpression") return undefined;
  const [of, key] = [evaluate(object), evaluate(property)];
  if (of instanceof NumberedObject) return { value: of.at(key) };
  return {
    node: { ...node, object: evaluated(of), property: evaluated(key) },
  };
}

/** `object | items`, `object | dictsort` */
function itemsOf(node: Node, evaluate: Evaluate): Filled | undefined {
  const { operand, filter } = node as Node & { operand: Node; filter: Node };
  const name = filter.type === "Identifier" ? filter.value : (filter.callee as Node).value;
  if (name !== "items" && name !== "dictsort") return undefined;
  const value = evaluate(operand);
  if (value instanceof NumberedObject) {
    return { value: name === "items" ? value.items() : value.sorted() };
  }
  return { node: { ...node, operand: evaluated(value) } };
}

type StringMethod = (text: string, args: readonly unknown[], named: Named) => unknown;
type Named = ReadonlyMap<string, unknown>;

/** Methods of Python's texts. */
const STRING_METHODS: ReadonlyMap<string, StringMethod> = new Map<string, StringMethod>([
  ["format", formatText],
  ["join", (text, [list]) => (list as readonly Value[]).map(({ value }) => value).join(text)],
  ["find", (text, [part]) => text.indexOf(String(part))],
  ["count", (text, [part]) => text.split(String(part)).length - 1],
  ["splitlines", (text) => text.replace(/\r?\n$/, "").split(/\r?\n/)],
  ["removeprefix", (text, [part]) => text.slice(text.startsWith(String(part)) ? size(part) : 0)],
  [
    "removesuffix",
    (text, [part]) =>
      text.endsWith(String(part)) ? text.slice(0, text.length - size(part)) : text,
  ],
]);

function size(part: unknown): number {
  return String(part).length;
}

/** `text.format(…)` and its like */
function stringMethod(node: Node, evaluate: Evaluate): Filled | undefined {
  const { callee, args } = node as Node & { callee: Node; args: readonly Node[] };
  if (callee.type !== "MemberExpression" || callee.computed === true) return undefined;
  const method = STRING_METHODS.get(String((callee.property as Node).value));
  if (method === undefined) return undefined;
  const text = evaluate(callee.object as Node);
  if (text.type !== "StringValue") {
    return {
      node: { ...node, callee: { ...callee, object: evaluated(text) } },
    };
  }
  const isNamed = ({ type }: Node) => type === "KeywordArgumentExpression";
  const plain = args.filter((each) => !isNamed(each)).map((each) => evaluate(each).value);
  const named = args
    .filter(isNamed)
    .map(({ key, value }) => [String((key as Node).value), evaluate(value as Node).value] as const);
  return { value: runtimeValue(method(String(text.value), plain, new Map(named))) };
}

/** Python's `str.format`, without format specifications. */
function formatText(text: string, args: readonly unknown[], named: Named): string {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (match: string, field?: string) => {
    if (field === undefined) return match[0] ?? "";
    if (!/^\w*$/.test(field)) throw new Error(`format() cannot do {${field}}`);
    const value = /^\d*$/.test(field)
      ? args[field === "" ? next++ : Number(field)]
      : named.get(field);
    if (value === undefined) throw new Error(`format() has no value for {${field}}`);
    return String(value);
  });
}
