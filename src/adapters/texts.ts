/**
 * A value that a test tool passes as input or output, as the text that is judged: texts as they are, chat
 * messages as `role: content` lines, everything else as JSON.
 */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.length > 0 && value.every(isMessage)) {
    return value.map(({ role, content }) => `${role}: ${textOf(content)}`).join("\n");
  }
  return JSON.stringify(value) ?? String(value);
}

function isMessage(value: unknown): value is { readonly role: string; readonly content: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    "role" in value &&
    typeof value.role === "string" &&
    "content" in value
  );
}
