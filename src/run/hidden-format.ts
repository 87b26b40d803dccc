import { LagerError } from "../base/errors.ts";
import { JsonFields } from "../base/json-fields.ts";

/**
 * Hidden states of a run: the residual stream h_l at the score position, after the layers that were
 * asked for. Labels of several tokens have the position where they part first.
 *
 * They lie in one safetensors file beside it: `run.jsonl` has
 * `run.hidden.safetensors`. Its one tensor, `hidden`, is float32 of shape [rows, layers, width]; row
 * r belongs to the score line whose `hiddenRow` is r. While the run is being written the file has
 * `.part` after its name and a header that says nothing of rows; what was written can be read all
 * the same.
 */
export interface HiddenShape {
  /** Layer numbers, ascending; 0 is the token embedding. */
  readonly layers: readonly number[];
  /** Numbers in a layer's state: the model's embedding length. */
  readonly width: number;
}

/** What a file of hidden states says of itself. */
export interface HiddenHeader extends HiddenShape {
  /** Of the judge whose states they are: `judge.sha256` of the run's header. */
  readonly judgeSha256: string;
}

/** Bytes before the data: the length of the JSON (8 bytes, little-endian), and the JSON with spaces. */
export const HIDDEN_DATA_START = 4096;

/** Of a file that is still being written, or whose writer was killed. */
export const UNFINISHED = ".part";

/** Path of the hidden states of a run file. */
export function hiddenPath(runFile: string): string {
  return `${runFile.replace(/\.jsonl$/i, "")}.hidden.safetensors`;
}

/** The first {@link HIDDEN_DATA_START} bytes of the file. */
export function formatHiddenHeader(
  { judgeSha256, layers, width }: HiddenHeader,
  rows: number,
): Buffer {
  const json = JSON.stringify({
    // Of safetensors' metadata all values are texts.
    __metadata__: {
      format: "lager-hidden-1",
      judgeSha256,
      layers: layers.join(","),
      width: String(width),
    },
    hidden: {
      dtype: "F32",
      shape: [rows, layers.length, width],
      data_offsets: [0, rows * layers.length * width * 4],
    },
  });
  const length = HIDDEN_DATA_START - 8;
  if (json.length > length) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `hidden states of ${layers.length} layers are too many for one file: capture fewer layers`,
    );
  }
  const header = Buffer.alloc(HIDDEN_DATA_START, " ");
  header.writeBigUInt64LE(BigInt(length));
  header.write(json, 8, "latin1");
  return header;
}

/**
 * Shape and rows from the first bytes of a file.
 *
 * @throws LagerError `INVALID_RUN` when it is no such file.
 */
export function parseHiddenHeader(
  header: Buffer,
  file: string,
): HiddenHeader & { readonly rows: number } {
  const place = { file };
  let value: unknown;
  try {
    if (header.readBigUInt64LE() !== BigInt(HIDDEN_DATA_START - 8)) throw new Error("its length");
    value = JSON.parse(header.toString("latin1", 8));
  } catch (cause) {
    throw new LagerError(
      "INVALID_RUN",
      "the file does not begin with the header of hidden states that lager-judge writes",
      { place, cause },
    );
  }
  const fields = new JsonFields(value, { code: "INVALID_RUN", whole: "the header", place });
  const metadata = fields.object("__metadata__");
  const tensor = fields.object("hidden");
  const layers = metadata.string("layers").split(",").map(Number);
  const width = Number(metadata.string("width"));
  const [rows = -1, layerCount, tensorWidth] = tensor.numbers("shape", 3);
  if (
    tensor.string("dtype") !== "F32" ||
    rows < 0 ||
    layerCount !== layers.length ||
    tensorWidth !== width ||
    ![...layers, width, rows].every(Number.isSafeInteger) ||
    width < 1
  ) {
    throw invalid(tensor);
  }
  return { judgeSha256: metadata.string("judgeSha256"), layers, width, rows };
}

function invalid(tensor: JsonFields): LagerError {
  return tensor.invalid("shape", "F32 of shape [rows, layers, width] is expected");
}
