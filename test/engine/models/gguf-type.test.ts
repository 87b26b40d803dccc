import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ggufType } from "../../../src/engine/models/gguf-type.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { ggufHeader } from "./gguf-header.ts";

async function typeOf(bytes: Buffer): Promise<string | undefined> {
  const file = path.join(await scratchFolder(), "a.gguf");
  await writeFile(file, bytes);
  return ggufType(file);
}

describe("general.type", () => {
  it("is found behind other keys", async () => {
    const keys = {
      "general.architecture": "llama",
      "general.file_type": 7,
      "general.type": "adapter",
    };
    expect(await typeOf(ggufHeader(keys))).toBe("adapter");
  });

  it("is not there in a header without it, cut off, or of nonsense", async () => {
    expect(await typeOf(ggufHeader({ "general.name": "x" }))).toBeUndefined();
    const whole = ggufHeader({ "general.name": "x", "general.type": "adapter" });
    for (let length = 0; length < whole.length; length++) {
      expect(await typeOf(whole.subarray(0, length))).toBeUndefined();
    }
    const huge = Buffer.from(whole);
    huge.fill(0xff, 24, 32);
    expect(await typeOf(huge)).toBeUndefined();
    expect(await typeOf(Buffer.from("PK\x03\x04 no GGUF file"))).toBeUndefined();
  });
});
