import { open } from "node:fs/promises";
import { LagerError } from "../base/errors.ts";
import { unreadableFile } from "../base/files.ts";

/** A chat template that is used in place of the judge's own. */
export interface ChatTemplateFile {
  readonly file: string;
  /** Jinja. */
  readonly source: string;
}

/** Far more than a template may have. */
const MOST_BYTES = 4 * 1024 * 1024;

/** @throws LagerError `UNREADABLE_FILE`, `NOT_UTF8`, `TEMPLATE_FAILED` for a file that is none */
export async function readChatTemplate(file: string): Promise<ChatTemplateFile> {
  try {
    await using handle = await open(file);
    const found = await handle.stat();
    if (!found.isFile() || found.size > MOST_BYTES) {
      throw new LagerError(
        "TEMPLATE_FAILED",
        `a chat template is a regular file of at most ${MOST_BYTES / 1024 / 1024} MiB`,
        { place: { file } },
      );
    }
    const bytes = await handle.readFile();
    return { file, source: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (cause) {
    if (cause instanceof LagerError) throw cause;
    if (cause instanceof TypeError) {
      throw new LagerError("NOT_UTF8", "the chat template is not valid UTF-8", {
        place: { file },
        cause,
      });
    }
    throw unreadableFile("the chat template", file, cause);
  }
}
