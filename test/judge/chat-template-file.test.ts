import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readChatTemplate } from "../../src/judge/chat-template-file.ts";
import { scratchFolder } from "../support/scratch.ts";

it("a chat template is read as it stands", async () => {
  const file = path.join(await scratchFolder(), "mine.jinja");
  await writeFile(file, "{{ messages }}\n<｜User｜>");
  expect(await readChatTemplate(file)).toEqual({ file, source: "{{ messages }}\n<｜User｜>" });
});

it("what is no chat template is refused by its name", async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, "judge.gguf");
  const refusal = async (content: Buffer) => {
    await writeFile(file, content);
    return readChatTemplate(file).catch((error: unknown) => error);
  };
  expect(await refusal(Buffer.from([0xff, 0xfe, 0x41]))).toMatchObject({
    code: "NOT_UTF8",
    place: { file },
  });
  expect(await refusal(Buffer.alloc(5_000_000))).toMatchObject({
    code: "TEMPLATE_FAILED",
    place: { file },
  });
  await expect(readChatTemplate(folder)).rejects.toMatchObject({ place: { file: folder } });
  await expect(readChatTemplate(path.join(folder, "none"))).rejects.toMatchObject({
    code: "UNREADABLE_FILE",
  });
});
