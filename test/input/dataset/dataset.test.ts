import { once } from "node:events";
import { appendFile, rename, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { DatasetOptions, Entry } from "../../../src/input/dataset/dataset.ts";
import { countRecords, openDataset, readRecords } from "../../../src/input/dataset/dataset.ts";
import { loadTask } from "../../../src/input/task/load-task.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { isReferenceRecord } from "../../../src/input/task/reference-record.ts";
import type { Task } from "../../../src/input/task/task.ts";
import { collect } from "../../support/collect.ts";
import { placeOf } from "../../support/failure-place.ts";
import { fileScratchFolder } from "../../support/scratch.ts";

const task = parseTask({
  name: "t",
  scale: { min: 1, max: 5 },
  criteria: [
    { name: "clarity", description: "d" },
    { name: "depth", description: "d" },
  ],
});

const folder = fileScratchFolder();

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(
  input: string | Readable,
  options: DatasetOptions = {},
  using: Task = task,
): Promise<Entry[]> {
  return collect(readRecords(input, using, options));
}

/** What matters of the entries: a record's id, or a failure's id, line, code and field. */
function brief(entries: readonly Entry[]): unknown[] {
  return entries.map((entry) =>
    entry.kind === "record"
      ? entry.id
      : [entry.id, placeOf(entry).line, entry.code, placeOf(entry).field],
  );
}

/** A stream that comes in chunks of so many bytes. */
function inChunks(content: string | Uint8Array, size: number): Readable {
  const bytes = Buffer.from(content);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return Readable.from(chunks, { objectMode: false });
}

const one = '{"id":"a","instruction":"i","response":"r"}';

describe("JSON Lines", () => {
  it("gives records with their fields", async () => {
    const line = {
      id: 7,
      instruction: "i",
      response: "r",
      reference: null,
      context: "c",
      more: [1],
    };
    const path = await file("a.jsonl", JSON.stringify(line));
    expect(await read(path)).toEqual([
      {
        kind: "record",
        id: "7",
        instruction: "i",
        response: "r",
        reference: "",
        context: "c",
        human: {},
        group: expect.any(String),
        place: { file: path, line: 1, record: "7" },
        raw: line,
      },
    ]);
  });

  it("bears a byte-order mark, CRLF and blank lines, and numbers records without an id", async () => {
    const plain = '{"instruction":"i","response":"r"}';
    const path = await file("b.jsonl", `\uFEFF\r\n${plain}\r\n  \n\n${one}\r\n${plain}`);
    expect(brief(await read(path))).toEqual(["1", "a", "3"]);
  });

  it("reports every broken record with its line, and goes on", async () => {
    const lines = [
      one,
      "{broken",
      "[1]",
      '"text"',
      '{"id":"m","instruction":"i"}',
      '{"id":"n","instruction":"i","response":5}',
      '{"id":"e","instruction":"i","response":" \\n"}',
      '{"id":"e2","instruction":"","response":"r"}',
      one,
      '{"id":true,"instruction":"i","response":"r"}',
      '{"id":"h","instruction":"i","response":"r","human":{"depth":"high"}}',
      '{"id":"x","instruction":"i","response":"r","reference":["r"]}',
      '{"id":"z","instruction":"i","response":"r"}',
    ];
    const path = await file("c.jsonl", lines.join("\n"));
    expect(brief(await read(path))).toEqual([
      "a",
      ["2", 2, "MALFORMED_RECORD", undefined],
      ["3", 3, "MALFORMED_RECORD", undefined],
      ["4", 4, "MALFORMED_RECORD", undefined],
      ["m", 5, "INVALID_FIELD", "response"],
      ["n", 6, "INVALID_FIELD", "response"],
      ["e", 7, "EMPTY_RESPONSE", "response"],
      ["e2", 8, "INVALID_FIELD", "instruction"],
      ["a", 9, "DUPLICATE_ID", undefined],
      ["10", 10, "INVALID_FIELD", "id"],
      ["h", 11, "INVALID_FIELD", "human.depth"],
      ["x", 12, "INVALID_FIELD", "reference"],
      "z",
    ]);
    const [, broken] = await read(path);
    expect(broken).toMatchObject({
      message: expect.stringContaining(`${path}:2, record "2": `),
    });
  });

  it("reports a line that is not UTF-8, and goes on", async () => {
    const bad = Buffer.from('{"id":"b","instruction":"caf\xe9","response":"r"}', "latin1");
    const path = await file("d.jsonl", Buffer.concat([bad, Buffer.from(`\n${one}\n`)]));
    expect(brief(await read(path))).toEqual([["1", 1, "NOT_UTF8", undefined], "a"]);
  });

  it("refuses UTF-16 as a whole", async () => {
    const path = await file("e.jsonl", Buffer.from(`\uFEFF${one}`, "utf16le"));
    await expect(read(path)).rejects.toMatchObject({ code: "NOT_UTF8", place: { file: path } });
  });

  it("refuses nesting that templates could not be rendered with", async () => {
    const deep = `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`;
    const path = await file("f.jsonl", `{"instruction":"i","response":"r","x":${deep}}\n${one}`);
    expect(brief(await read(path))).toEqual([["1", 1, "MALFORMED_RECORD", undefined], "a"]);
  });

  it.each([1, 2, 3, 7])("does not depend on how the bytes come in (%i at a time)", async (size) => {
    const text = `\uFEFF${one}\r\n{"id":"ü","instruction":"ïß€😀","response":"r"}\n`;
    const entries = await read(inChunks(text, size));
    expect(brief(entries)).toEqual(["a", "ü"]);
    expect(entries[1]).toMatchObject({ kind: "record", instruction: "ïß€😀" });
  });
});

describe("a JSON array", () => {
  it("gives its elements, with the lines where they begin", async () => {
    const text = `\n[\n  ${one},\n\n  {"id":"b",\n   "instruction":"say \\"]},[{\\"", "response":"r", "x":[[{}]]} ,5,\n{"id":"c"}\n]\n`;
    for (const size of [1, 5, 1000]) {
      expect(brief(await read(inChunks(text, size)))).toEqual([
        "a",
        "b",
        ["3", 6, "MALFORMED_RECORD", undefined],
        ["c", 7, "INVALID_FIELD", "instruction"],
      ]);
    }
  });

  it("goes on after a broken element", async () => {
    const path = await file(
      "a.json",
      `[{"id": nope},, ${one}${one}, {"id":"z","instruction":"i","response":"r"}]`,
    );
    expect(brief(await read(path))).toEqual([
      ["1", 1, "MALFORMED_RECORD", undefined],
      ["2", 1, "MALFORMED_RECORD", undefined],
      ["3", 1, "MALFORMED_RECORD", undefined],
      "z",
    ]);
  });

  it.each([
    [
      "an array that is cut off after a record",
      `[${one},`,
      ["a", ["2", 1, "MALFORMED_RECORD", undefined]],
    ],
    ["one that is cut off within", `[${one},{"id`, ["a", ["2", 1, "MALFORMED_RECORD", undefined]]],
    ["text after the end", `[${one}] ${one}`, ["a", ["2", 1, "MALFORMED_RECORD", undefined]]],
    ["an empty array", " [ ] ", []],
  ])("reads %s", async (_, text, expected) => {
    expect(brief(await read(Readable.from([Buffer.from(text)]), { format: "json" }))).toEqual(
      expected,
    );
  });

  it("refuses a file that holds no array", async () => {
    const path = await file("object.json", one);
    await expect(read(path)).rejects.toMatchObject({
      code: "MALFORMED_RECORD",
      place: { file: path },
      message: expect.stringContaining(".jsonl"),
    });
    await expect(read(await file("empty.json", ""))).rejects.toMatchObject({
      code: "MALFORMED_RECORD",
    });
  });
});

describe("CSV", () => {
  it("takes columns as fields, dotted ones too", async () => {
    const path = await file(
      "a.csv",
      '\uFEFFid,instruction,response,human.clarity,human.depth\r\nx,"a, ""b""\r\nc",r,4.5,\r\n\r\ny,i,r,1,2\r\n',
    );
    const entries = await read(path);
    expect(entries).toMatchObject([
      { id: "x", instruction: 'a, "b"\r\nc', human: { clarity: 4.5 } },
      { id: "y", human: { clarity: 1, depth: 2 } },
    ]);
  });

  it("reports broken rows with their lines, and goes on", async () => {
    const text =
      'id,instruction,response\na,i,r\nb,"x" y,r\nc,i\nd,"i\n\n",r\ne,i,\nf,fo"o,r\ng,i,r\n';
    for (const size of [1, 1000]) {
      expect(brief(await read(inChunks(text, size)))).toEqual([
        "a",
        ["2", 3, "MALFORMED_RECORD", undefined],
        ["3", 4, "MALFORMED_RECORD", undefined],
        "d",
        ["e", 8, "EMPTY_RESPONSE", "response"],
        ["6", 9, "MALFORMED_RECORD", undefined],
        "g",
      ]);
    }
  });

  it("reports a quote that is never closed", async () => {
    const path = await file("b.csv", 'instruction,response\ni,r\ni,"r\ni,r\n');
    const entries = await read(path);
    expect(brief(entries)).toEqual(["1", ["2", 3, "MALFORMED_RECORD", undefined]]);
    expect(entries[1]).toMatchObject({
      kind: "failure",
      message: expect.stringContaining("quote"),
    });
  });

  it("reports a row that is not UTF-8, and goes on", async () => {
    const path = await file("c.csv", Buffer.from("instruction,response\ni,\xe9\ni,r\n", "latin1"));
    expect(brief(await read(path))).toEqual([["1", 2, "NOT_UTF8", undefined], "2"]);
  });

  it("refuses a header that cannot be told", async () => {
    const path = await file("d.csv", "instruction,response,response\n");
    await expect(read(path)).rejects.toMatchObject({
      code: "MALFORMED_RECORD",
      place: { file: path, line: 1 },
    });
  });
});

describe("the input", () => {
  it.each([
    ["json", `  \n [${one}]`],
    ["jsonl", `\n ${one}`],
    ["csv", "id,instruction,response\na,i,r"],
  ])("is told by its first byte in a stream: %s", async (_, text) => {
    expect(brief(await read(inChunks(text, 1)))).toEqual(["a"]);
  });

  it("can be named otherwise", async () => {
    const path = await file("data.txt", one);
    expect(brief(await read(path, { format: "jsonl" }))).toEqual(["a"]);
    const [entry] = await read(Readable.from([Buffer.from("{")]), { file: "upload" });
    expect(entry).toMatchObject({ kind: "failure", message: expect.stringContaining("upload:1") });
  });

  it("must be readable and of a known kind", async () => {
    await expect(read(join(folder, "none.jsonl"))).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
    });
    await expect(read(folder, { format: "jsonl" })).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
    });
    await expect(read(join(folder, "data.xlsx"))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    await expect(read(join(folder, "data"))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(read(await file("l.jsonl", one), { limit: -1 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  it("is read no further than the limit, and closed", async () => {
    let asked = 0;
    const stream = Readable.from(
      (function* () {
        for (;;) {
          asked++;
          yield Buffer.from(`{"instruction":"i","response":"${asked}"}\n`);
        }
      })(),
      { objectMode: true, highWaterMark: 1 },
    );
    expect(brief(await read(stream, { format: "jsonl", limit: 3 }))).toEqual(["1", "2", "3"]);
    expect(asked).toBeLessThan(10);
    expect(stream.destroyed).toBe(true);
    expect(await read(await file("m.jsonl", one), { limit: 0 })).toEqual([]);
  });

  it("is closed when the reader breaks off", async () => {
    const stream = inChunks(`${one}\n`.repeat(1000), 10);
    for await (const _ of readRecords(stream, task)) break;
    expect(stream.destroyed).toBe(true);
  });

  it("stops when the signal says so, even while it waits", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const stream = new PassThrough();
    stream.write(`${one}\n`);
    const entries = readRecords(stream, task, { format: "jsonl", signal: controller.signal });
    expect(brief([(await entries.next()).value as Entry])).toEqual(["a"]);
    const waiting = entries.next();
    controller.abort(reason);
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED", cause: reason });
    if (!stream.closed) await once(stream, "close");
    await expect(read(stream, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ABORTED",
    });
  });
});

describe("an input that changes while it is read", () => {
  /** Some megabytes, of which a few records are read before it changes. */
  const records = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...{ id: `item ${from + i}`, instruction: "i".repeat(1000) },
      response: "r",
    }));
  const formats: Record<string, (items: readonly object[]) => string> = {
    jsonl: (items) => items.map((item) => `${JSON.stringify(item)}\n`).join(""),
    json: (items) => JSON.stringify(items),
    csv: (items) => {
      const rows = items.map((item) => Object.values(item).join(","));
      return ["id,instruction,response", ...rows, ""].join("\n");
    },
  };

  async function readWhile(
    path: string,
    change: () => Promise<unknown>,
  ): Promise<{ entries: Entry[]; error: unknown }> {
    const entries: Entry[] = [];
    try {
      for await (const entry of readRecords(path, task)) {
        entries.push(entry);
        if (entries.length === 3) await change();
      }
    } catch (error) {
      return { entries, error };
    }
    return { entries, error: null };
  }

  it.each(Object.entries(formats))("is told of, and no torn record: .%s", async (name, format) => {
    const text = format(records(0, 3000));
    for (const change of [
      (path: string) => truncate(path, text.length - 1_000_500),
      (path: string) => appendFile(path, format(records(5000, 3))),
      (path: string) => writeFile(path, text.replaceAll("item 2", "item x")),
    ]) {
      const path = await file(`changing.${name}`, text);
      // Long enough ago that a change shows in the time of the file.
      await utimes(path, 1000, 1000);
      const { entries, error } = await readWhile(path, () => change(path));
      expect(error).toMatchObject({ code: "INPUT_CHANGED", place: { file: path } });
      expect(entries.length).toBeGreaterThan(100);
      expect(entries.every(({ kind }) => kind === "record")).toBe(true);
    }
  });

  it("is none where another file takes its name: what is read is the old one, whole", async () => {
    const path = await file("replaced.jsonl", formats.jsonl?.(records(0, 3000)) ?? "");
    const other = await file("other.jsonl", "{}");
    const { entries, error } = await readWhile(path, () => rename(other, path));
    expect(error).toBeNull();
    expect(entries).toHaveLength(3000);
  });
});

describe("openDataset", () => {
  it("shows the first record before the task is chosen", async () => {
    const path = await file(
      "reference.jsonl",
      '{"user_prompt":"Rate it.","user_prompt_feedback":"x","score":[4,5]}\n{"user_prompt":" "}\n',
    );
    const dataset = await openDataset(path);
    expect(isReferenceRecord(dataset.first)).toBe(true);
    const entries = await collect(dataset.records(await loadTask("reference")));
    expect(entries[0]).toMatchObject({
      id: "1",
      instruction: "Rate it.",
      response: "",
      human: { overall: 4.5 },
    });
    expect(brief(entries.slice(1))).toEqual([["2", 2, "INVALID_FIELD", "user_prompt"]]);
  });

  it("has no first record when there is none, or it is broken", async () => {
    expect((await openDataset(await file("n.jsonl", "\n"))).first).toBeUndefined();
    const broken = await openDataset(await file("o.jsonl", `{\n${one}`));
    expect(broken.first).toBeUndefined();
    expect(brief(await collect(broken.records(task)))).toEqual([
      ["1", 1, "MALFORMED_RECORD", undefined],
      "a",
    ]);
  });
});

describe("countRecords", () => {
  it.each([
    ["p.jsonl", `${one}\n\n${one}{\n7\n`],
    ["p.json", "[1, {, 3]"],
    ["p.csv", 'id,instruction,response\na,b,c\n\na,"b\nb",c\na\n'],
  ])("counts what would be read of %s, broken or not", async (name, content) => {
    const path = await file(name, content);
    const { length } = await read(path);
    expect(length).toBeGreaterThan(1);
    expect(await countRecords(path, task)).toBe(length);
    expect(await countRecords(path, task, { limit: 1 })).toBe(1);
    expect(await countRecords(path, task, { limit: 0 })).toBe(0);
  });

  it("counts what a task's loader makes of them", async () => {
    const summeval = await loadTask("summeval");
    const scores = { coherence: [1, 2], consistency: [1, 2], fluency: [1, 2], relevance: [1, 2] };
    const article = { id: "a", text: "x", machine_summaries: ["s", "t"], ...scores };
    const path = await file("q.jsonl", `${JSON.stringify(article)}\n{"id":"b"}\n`);
    const entries = await read(path, {}, summeval);
    expect(brief(entries)).toEqual(["a:0", "a:1", ["3", 2, "INVALID_FIELD", expect.anything()]]);
    expect(await countRecords(path, summeval)).toBe(3);
  });

  it("fails where reading would", async () => {
    const path = await file("r.json", "{}");
    await expect(countRecords(path, task)).rejects.toMatchObject({ code: "MALFORMED_RECORD" });
  });
});

describe("ids", () => {
  const texts = '"instruction":"i","response":"r"';

  it("above 2^53 keep their digits, and are no duplicates of each other", async () => {
    const ids = [
      "1234567890123456789",
      "1234567890123456790",
      "9007199254740993",
      "-9007199254740993",
    ];
    const lines = [...ids.map((id) => `{"id":${id},${texts}}`), `{"id":12,${texts}}`];
    const jsonl = await file("long-ids.jsonl", lines.join("\n"));
    expect(brief(await read(jsonl))).toEqual([...ids, "12"]);
    const json = await file("long-ids.json", `[${lines.join(",")}]`);
    expect(brief(await read(json))).toEqual([...ids, "12"]);
    const rows = ids.map((id) => `${id},i,r`).join("\n");
    const csv = await file("long-ids.csv", `id,instruction,response\n${rows}\n`);
    expect(brief(await read(csv))).toEqual(ids);
  });

  it("that are made up and ids that are given do not take each other's place", async () => {
    const given = (id: string) => `{"id":"${id}",${texts}}`;
    const none = `{${texts}}`;
    const mixed = [none, given("1"), given("4"), none, given("1"), none];
    const path = await file("mixed-ids.jsonl", mixed.join("\n"));
    const entries = await read(path);
    expect(brief(entries)).toEqual([
      "1",
      "given:1",
      "4",
      "record:4",
      ["given:1", 5, "DUPLICATE_ID", undefined],
      "6",
    ]);
  });
});

describe("CSV as spreadsheets and older programs write it", () => {
  const rows = [
    ["id", "instruction", "response"],
    ["a", "i, and; more", "line 1\nline 2"],
    ["b", "i", "r2"],
  ];
  const written = (separator: string, lineEnd: string) =>
    rows.map((row) => row.map((cell) => `"${cell}"`).join(separator)).join(lineEnd) + lineEnd;

  it.each([
    ["semicolons", written(";", "\r\n")],
    ["tabs", written("\t", "\n")],
    ["a declared separator", `sep=|\r\n${written("|", "\r\n")}`],
    ["a declared semicolon", `sep=;\n${written(";", "\n")}`],
    ["carriage returns alone", written(",", "\r")],
    ["carriage returns alone, and no line feed at all", written(";", "\r").replace("\n", " ")],
  ])("is read with %s", async (_, content) => {
    const entries = await read(inChunks(content, 1_000), { format: "csv" });
    expect(brief(entries)).toEqual(["a", "b"]);
    expect(entries[0]).toMatchObject({ instruction: "i, and; more" });
  });

  it("keeps commas where they are as likely, and semicolons within cells", async () => {
    const content = "id,instruction,response\na,x;y;z,r;s\n";
    expect(await read(inChunks(content, 1_000), { format: "csv" })).toMatchObject([
      { id: "a", instruction: "x;y;z", response: "r;s" },
    ]);
  });

  it("reads a header of 200 000 columns in a moment", async () => {
    const names = Array.from({ length: 200_000 }, (_, index) => `c${index}`);
    const content = `id,instruction,response,${names.join(",")}\na,i,r${",".repeat(200_000)}\n`;
    const begin = performance.now();
    expect(brief(await read(inChunks(content, 1_000_000), { format: "csv" }))).toEqual(["a"]);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  it("says that UTF-16 without a mark is not UTF-8", async () => {
    const path = await file(
      "utf16.csv",
      Buffer.from("id,instruction,response\na,i,r\n", "utf16le"),
    );
    await expect(read(path)).rejects.toMatchObject({ code: "NOT_UTF8" });
  });
});
