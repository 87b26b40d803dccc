import type { Node, Value } from "./jinja-library.ts";
import { evaluated, listOf, objectOf, runtimeValue } from "./jinja-values.ts";

type Evaluate = (node: Node) => Value;
type Reveal = (text: string) => string;

const COMPARISONS = new Set(["==", "!=", "in", "not in", "<", ">", "<=", ">="]);
/** Methods of texts that ask and do not print. */
const ASKING = new Set(["startswith", "endswith", "find", "count"]);

/**
 * The node with what it asks about revealed, where record text is shaded: a template decides as it
 * does for the record itself, and prints shades all the same. Undefined for nodes that ask nothing.
 */
export function revealed(node: Node, evaluate: Evaluate, reveal: Reveal): Node | undefined {
  const open = (inner: unknown) => evaluated(revealValue(evaluate(inner as Node), reveal));
  switch (node.type) {
    case "BinaryExpression":
      return COMPARISONS.has(String((node.operator as Node).value))
        ? { ...node, left: open(node.left), right: open(node.right) }
        : undefined;
    case "TestExpression":
      return ["lower", "upper"].includes(String((node.test as Node).value))
        ? { ...node, operand: open(node.operand) }
        : undefined;
    case "FilterExpression":
      return revealedFilter(node, evaluate, reveal);
    case "CallExpression":
      return revealedCall(node, evaluate, reveal);
    case "MemberExpression":
      return revealedMember(node, evaluate, reveal);
    default:
      return undefined;
  }
}

function revealedFilter(node: Node, evaluate: Evaluate, reveal: Reveal): Node | undefined {
  const filter = node.filter as Node;
  const name = String((filter.type === "CallExpression" ? (filter.callee as Node) : filter).value);
  if (name !== "int" && name !== "float") return undefined;
  return {
    ...node,
    operand: evaluated(revealValue(evaluate(node.operand as Node), reveal)),
  };
}

function revealedCall(node: Node, evaluate: Evaluate, reveal: Reveal): Node | undefined {
  const callee = node.callee as Node;
  if (callee.type !== "MemberExpression" || callee.computed === true) return undefined;
  const name = String((callee.property as Node).value);
  const args = node.args as readonly Node[];
  if (name === "get" && args[0] !== undefined) {
    const object = evaluate(callee.object as Node);
    const key = keyIn(object, evaluate(args[0]), reveal);
    return {
      ...node,
      callee: { ...callee, object: evaluated(object) },
      args: [evaluated(key), ...args.slice(1)],
    };
  }
  if (!ASKING.has(name)) return undefined;
  const open = (inner: Node) => evaluated(revealValue(evaluate(inner), reveal));
  return {
    ...node,
    callee: { ...callee, object: open(callee.object as Node) },
    args: args.map((each) => (each.type === "KeywordArgumentExpression" ? each : open(each))),
  };
}

function revealedMember(node: Node, evaluate: Evaluate, reveal: Reveal): Node | undefined {
  const property = node.property as Node;
  if (node.computed !== true || property.type === "SliceExpression") return undefined;
  const object = evaluate(node.object as Node);
  const key = keyIn(object, evaluate(property), reveal);
  return { ...node, object: evaluated(object), property: evaluated(key) };
}

/** The key by which an object is to be asked: keys of records are shaded, others are not. */
function keyIn(object: Value, key: Value, reveal: Reveal): Value {
  const { value } = object;
  if (!(value instanceof Map) || typeof key.value !== "string" || value.has(key.value)) return key;
  return runtimeValue(reveal(key.value));
}

function revealValue(value: Value, reveal: Reveal): Value {
  const inner = value.value;
  if (typeof inner === "string") {
    const text = reveal(inner);
    return text === inner ? value : runtimeValue(text);
  }
  if (value.type === "ArrayValue" || value.type === "TupleValue") {
    return listOf((inner as readonly Value[]).map((each) => revealValue(each, reveal)));
  }
  if (value.type === "ObjectValue") {
    const entries = inner as ReadonlyMap<string, Value>;
    return objectOf(new Map([...entries].map(([key, each]) => [reveal(key), each])));
  }
  return value;
}
