import { checkArguments, NUMBER } from "../base/arguments.ts";
import { LagerError } from "../base/errors.ts";
import type { HiddenShape } from "./hidden-format.ts";
import { type HiddenReader, openHidden } from "./hidden-reader.ts";
import { RUN_TABLE } from "./run-shapes.ts";
import type { RunTable } from "./run-table.ts";

/** The hidden states of a run's lines, wherever they lie. Made by {@link openRunHidden}. */
export interface RunHidden extends HiddenShape, AsyncDisposable {
  /**
   * The states of one line, shape [layers, width].
   *
   * @throws LagerError `CAPTURE_INCOMPLETE` when the line has none; as the file's reader does.
   */
  read(line: number): Promise<Float32Array>;
}

/**
 * Opens the hidden states beside each of a run's files.
 *
 * @throws LagerError `UNREADABLE_FILE` where there are none; `INVALID_RUN` when they are another
 *   judge's; `INVALID_ARGUMENT` when the files hold other layers.
 */
export async function openRunHidden(table: RunTable): Promise<RunHidden> {
  checkArguments("openRunHidden", { table: [table, RUN_TABLE] });
  const readers: HiddenReader[] = [];
  const close = async () => {
    await Promise.all(readers.map((reader) => reader.close()));
  };
  try {
    for (const file of table.files) {
      const reader = await openHidden(file);
      readers.push(reader);
      requireSame(reader, readers[0] ?? reader, table.header.judge.sha256);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const { layers, width } = readers[0] ?? { layers: [], width: 0 };
  const read = async (line: number): Promise<Float32Array> => {
    checkArguments("RunHidden.read", { line: [line, NUMBER] });
    const row = table.hiddenRowOf[line] ?? -1;
    const file = table.fileOf[line] ?? 0;
    const reader = readers[file];
    if (row < 0 || reader === undefined) {
      throw new LagerError(
        "CAPTURE_INCOMPLETE",
        "the line has no hidden states: score it with --capture hidden",
        {
          place: {
            file: table.files[file] ?? "",
            record: table.records[table.recordOf[line] ?? 0] ?? "",
          },
        },
      );
    }
    return reader.read(row);
  };
  return { layers, width, read, [Symbol.asyncDispose]: close };
}

function requireSame(reader: HiddenReader, first: HiddenReader, judgeSha256: string): void {
  const place = { file: reader.path };
  if (reader.judgeSha256 !== judgeSha256) {
    throw new LagerError("INVALID_RUN", "the hidden states are another judge's than the run", {
      place: { ...place, field: "judgeSha256" },
    });
  }
  if (reader.width !== first.width || reader.layers.join() !== first.layers.join()) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the hidden states are of layers ${reader.layers.join()}, those in ${first.path} of layers ` +
        `${first.layers.join()}: learn from runs with the same layers`,
      { place },
    );
  }
}
