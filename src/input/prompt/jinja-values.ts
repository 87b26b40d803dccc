import { Environment, type Node, type Value } from "./jinja-library.ts";

/** A node that has a value already. */
export interface Evaluated extends Node {
  readonly type: "Evaluated";
  readonly value: Value;
}

export function evaluated(value: Value): Evaluated {
  return { type: "Evaluated", value };
}

/** What a template sees of a value of JavaScript. */
export function runtimeValue(value: unknown): Value {
  return new Environment().set("value", value);
}

const List = runtimeValue([]).constructor as new (values: readonly Value[]) => Value;
const PlainObject = runtimeValue({}).constructor as new (
  entries: ReadonlyMap<string, Value>,
) => Value;

export function listOf(values: readonly Value[]): Value {
  return new List(values);
}

export function objectOf(entries: ReadonlyMap<string, Value>): Value {
  return new PlainObject(entries);
}
