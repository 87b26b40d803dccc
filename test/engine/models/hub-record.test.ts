import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { downloadByUri } from "../../../src/engine/models/hub-download.ts";
import { hubSha256, isFromHub } from "../../../src/engine/models/hub-record.ts";
import { resolveJudge } from "../../../src/engine/models/resolve.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { FakeHub } from "./fake-hub.ts";

const CONTENT = "GGUF, as the hub has it";
const URI = "hf:user/model/judge.gguf";
const FILE = "user/model/judge.gguf";

let models: string;
let hub: FakeHub;

beforeEach(async () => {
  const home = await scratchFolder();
  models = path.join(home, "models");
  hub = await FakeHub.start();
  hub.add(FILE, CONTENT);
  vi.stubEnv("LAGER_HOME", home);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("a file from the hub", () => {
  it("is compared with the hub's own hash, which is kept beside it", async () => {
    const { path: file, sha256: found } = await resolveJudge(URI);
    expect(await readFile(file, "utf8")).toBe(CONTENT);
    expect(found).toBe(sha256(CONTENT));
    expect(await hubSha256(file)).toBe(sha256(CONTENT));
    expect(await isFromHub(file)).toBe(true);
    expect(JSON.parse(await readFile(`${file}.hub.json`, "utf8"))).toEqual({
      schema: 1,
      url: `${hub.origin}/user/model/resolve/main/judge.gguf`,
      sha256: sha256(CONTENT),
      size: CONTENT.length,
    });
  });

  it("that is another than the hub says is refused, and nothing of it stays", async () => {
    hub.said.set(FILE, sha256("what it should be"));
    const error = await rejection(resolveJudge(URI), "CHECKSUM_MISMATCH");
    expect(error.message).toContain(sha256(CONTENT));
    expect(error.message).toContain(sha256("what it should be"));
    expect(await readdir(models)).toEqual([]);
    hub.said.clear();
    expect((await resolveJudge(URI)).sha256).toBe(sha256(CONTENT));
  });

  it("is not asked for again, and still compared: one that was changed since goes", async () => {
    const file = await downloadByUri(URI);
    const asked = hub.asked.length;
    expect(await downloadByUri(URI)).toBe(file);
    await writeFile(file, CONTENT.toUpperCase());
    const error = await rejection(resolveJudge(URI), "CHECKSUM_MISMATCH");
    expect(error.message).toContain(sha256(CONTENT.toUpperCase()));
    expect(hub.asked).toHaveLength(asked);
    expect(await readdir(models)).toEqual([]);
  });

  it("that was cut short is found by its length", async () => {
    const file = await downloadByUri(URI);
    await writeFile(file, CONTENT.slice(0, 9));
    expect(await isFromHub(file)).toBe(false);
    const error = await rejection(downloadByUri(URI), "CHECKSUM_MISMATCH");
    expect(error.message).toContain(`9 bytes, it should have ${CONTENT.length}`);
  });

  it("of which the hub says nothing is taken as it is", async () => {
    for (const said of [null, "0123456789abcdef0123456789abcdef01234567"]) {
      hub.said.set(FILE, said);
      const file = await downloadByUri(URI);
      expect(await hubSha256(file)).toBeNull();
      expect(await isFromHub(file)).toBe(true);
      expect((await resolveJudge(URI)).sha256).toBe(sha256(CONTENT));
      await rm(file);
    }
  });

  it("goes by its quantisation as well, and by a new name of its repository", async () => {
    hub.add("user/new-GGUF/judge-Q4_K_M.gguf", "GGUF in four bits");
    const file = await downloadByUri("hf:user/new-GGUF:Q4_K_M");
    expect(await hubSha256(file)).toBe(sha256("GGUF in four bits"));
    hub.renamed.set("user/old/judge.gguf", FILE);
    expect(await hubSha256(await downloadByUri("hf:user/old/judge.gguf"))).toBe(sha256(CONTENT));
  });

  it("is asked about where a mirror has it, be it below a path", async () => {
    vi.stubEnv("MODEL_ENDPOINT", `${hub.origin}/mirror`);
    expect(await hubSha256(await downloadByUri(URI))).toBe(sha256(CONTENT));
  });

  it("that needs an access token is asked about with it", async () => {
    hub.token = "hf_secret";
    vi.stubEnv("HF_TOKEN", hub.token);
    const file = await downloadByUri(URI);
    expect(await hubSha256(file)).toBe(sha256(CONTENT));
    expect(await readFile(`${file}.hub.json`, "utf8")).not.toContain("secret");
  });

  it("in parts is compared part by part", async () => {
    const parts = [1, 2].map((i) => `user/model/big-0000${i}-of-00002.gguf`);
    for (const [i, part] of parts.entries()) hub.add(part, `GGUF, part ${i}`);
    const first = await downloadByUri("hf:user/model/big-00001-of-00002.gguf");
    const second = first.replace("00001-of", "00002-of");
    expect(await hubSha256(second)).toBe(sha256("GGUF, part 1"));
    const { atime, mtime } = await stat(second);
    await writeFile(second, "GGUF, part 9");
    await utimes(second, atime, new Date(mtime.getTime() + 5000));
    const error = await rejection(
      resolveJudge("hf:user/model/big-00001-of-00002.gguf"),
      "CHECKSUM_MISMATCH",
    );
    expect(error.place.file).toBe(second);
    expect(await readdir(models)).not.toContain(path.basename(second));
  });
});
