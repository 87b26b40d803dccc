import * as library from "@huggingface/jinja";

/**
 * The template library as far as it is used here. Its own declarations lead nowhere under the module
 * resolution of this package, so that everything in them would be `any`.
 */

/** A node of a template's syntax tree. */
export type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** A value of a template while it runs: `type` is `StringValue`, `ArrayValue`, `UndefinedValue`, … */
export interface Value {
  readonly type: string;
  readonly value: unknown;
}

/** The variables of a template. */
export interface Environment {
  set(name: string, value: unknown): Value;
}

export const Environment = library.Environment as unknown as new () => Environment;

/** Runs syntax trees. What nests in a node is evaluated by the same method. */
export const Interpreter = library.Interpreter as unknown as new (
  environment: Environment,
) => {
  run(program: Node): Value;
  evaluate(node: Node | undefined, environment: Environment): Value;
};

/** The syntax tree of a template. */
export function parseTemplate(source: string): Node {
  return new library.Template(source).parsed as unknown as Node;
}

/** True for nodes; a tree also holds texts, lists and maps of them. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}
