import { ownValue } from "../../../base/json.ts";
import { objectsIn, type RawObject, textIn, wrongField } from "./raw-fields.ts";

/** Who speaks, by the names of the ShareGPT format and of chat messages. */
const ROLES: Readonly<Record<string, "system" | "user" | "assistant">> = {
  system: "system",
  human: "user",
  user: "user",
  gpt: "assistant",
  chatgpt: "assistant",
  assistant: "assistant",
};

const NAMES = { system: "System", user: "User", assistant: "Assistant" } as const;

/**
 * Instruction data: Alpaca (`instruction`, `input`, `output`), ShareGPT (`conversations`) or chat
 * `messages`. Of a conversation the assistant's last turn is the response; all that was said before
 * is its instruction. Records keep no ids of their own: the record's number in the file is its id,
 * so that what is selected can be found there again.
 */
export function instructionRecord(record: RawObject): RawObject[] {
  if (record.conversations !== undefined) {
    return [ofTurns(objectsIn(record, "conversations"), "from", "value", "conversations")];
  }
  if (record.messages !== undefined) {
    return [ofTurns(objectsIn(record, "messages"), "role", "content", "messages")];
  }
  const instruction = textIn(record, "instruction").trim();
  const input = typeof record.input === "string" ? record.input.trim() : "";
  return [
    {
      instruction: input === "" ? instruction : `${instruction}\n\n${input}`,
      response: textIn(record, "output"),
    },
  ];
}

function ofTurns(
  messages: readonly RawObject[],
  roleField: string,
  textField: string,
  field: string,
): RawObject {
  const turns = messages.map((message) => {
    const name = textIn(message, roleField);
    const role = ownValue(ROLES, name.toLowerCase());
    if (role === undefined) throw wrongField(roleField, Object.keys(ROLES).join(", "), name);
    return { role, text: textIn(message, textField).trim() };
  });
  const last = turns.findLastIndex(({ role }) => role === "assistant");
  const before = turns.slice(0, Math.max(0, last));
  const response = turns[last];
  if (response === undefined || before.every(({ role }) => role !== "user")) {
    throw wrongField(field, "a turn of the user and an answer to it", turns.length);
  }
  const [only] = before;
  const instruction =
    before.length === 1 && only !== undefined
      ? only.text
      : before.map(({ role, text }) => `${NAMES[role]}: ${text}`).join("\n\n");
  return { instruction, response: response.text };
}
