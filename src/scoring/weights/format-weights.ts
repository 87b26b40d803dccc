import { createHash } from "node:crypto";
import { LagerError } from "../../base/errors.ts";
import type { Weights } from "./weights-format.ts";

/**
 * The text of a weights file: JSON, with lists of plain numbers or texts on one line each.
 *
 * @throws LagerError `INTERNAL` when a number is NaN or infinite, which JSON cannot hold.
 */
export function formatWeights(weights: Weights): string {
  return `${format(weights, "")}\n`;
}

/** SHA-256 of {@link formatWeights}, lower-case hex. */
export function weightsSha256(weights: Weights): string {
  return createHash("sha256").update(formatWeights(weights)).digest("hex");
}

function format(value: unknown, indent: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new LagerError("INTERNAL", `${value} cannot be written to a weights file`);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const elements = value.map((element) => format(element, deeper));
    if (!value.some((element) => typeof element === "object" && element !== null)) {
      return `[${elements.join(", ")}]`;
    }
    return `[\n${deeper}${elements.join(`,\n${deeper}`)}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}: ${format(member, deeper)}`);
  if (members.length === 0) return "{}";
  return `{\n${deeper}${members.join(`,\n${deeper}`)}\n${indent}}`;
}
