import { readFileSync } from "node:fs";
import path from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { LagerError } from "../../base/errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { SCHEMAS_FOLDER } from "../../base/package-paths.ts";

/** What clients send and are sent, by the names of the schema's definitions. */
export const SERVE_DEFINITIONS: Readonly<Record<string, JsonObject>> = JSON.parse(
  readFileSync(path.join(SCHEMAS_FOLDER, "serve.schema.json"), "utf8"),
).$defs;

const validators = new Map<string, Validator>();

/**
 * Checks what a client sent by a definition of `data/schemas/serve.schema.json`.
 *
 * @throws LagerError `INVALID_ARGUMENT` with the field.
 */
export function requireShape(definition: string, value: unknown): void {
  const { valid, errors } = validatorOf(definition).validate(value);
  if (valid) return;
  // From the outside in: the last is the one that says what is wrong itself.
  const { keyword, error = "", instanceLocation = "#" } = errors.at(-1) ?? {};
  const what =
    keyword === "false"
      ? "there is no such field here"
      : `${error.replace(/\.$/, "")} (${definition})`;
  const field = fieldOf(instanceLocation);
  throw new LagerError("INVALID_ARGUMENT", what, { place: field === "" ? {} : { field } });
}

function validatorOf(definition: string): Validator {
  let validator = validators.get(definition);
  if (validator === undefined) {
    const schema = { $ref: `#/$defs/${definition}`, $defs: SERVE_DEFINITIONS } as Schema;
    validator = new Validator(schema, "2020-12");
    validators.set(definition, validator);
  }
  return validator;
}

/** A JSON pointer as the dotted path that errors have. */
function fieldOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}
