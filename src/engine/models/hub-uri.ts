import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { fittingName } from "../../base/file-name.ts";
import { modelFiles, partNumber } from "./split-gguf.ts";

/** What an `hf:` URI names: a file of a repository, or what the hub gives for a tag. */
export interface HubPlace {
  readonly uri: string;
  /** `<user>/<model>` */
  readonly repository: string;
  readonly branch: string;
  /** Path of the GGUF file in it; null where a tag is asked for. */
  readonly file: string | null;
  /** Name of a quantisation, such as `Q4_K_M`; `latest` where none is named. */
  readonly tag: string;
}

const NAME = "[\\w][\\w.-]*";
const URI = new RegExp(`^hf:(?://)?(${NAME}/${NAME}?)(?::([\\w.-]+)|/([^#?]+?)(?:#([^?]+))?)?$`);

/**
 * Takes apart `hf:<user>/<model>`, `hf:<user>/<model>:<quantisation>` or
 * `hf:<user>/<model>/<path of a file>`, the last with `#<branch>` behind it where it is not of `main`.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export function parseHubUri(uri: string): HubPlace {
  const [, repository, tag = "latest", file = null, branch = "main"] = URI.exec(uri) ?? [];
  const isWrong = file?.split("/").some((part) => part === "" || part === "." || part === "..");
  if (repository === undefined || isWrong === true) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(uri)} names nothing of the hub: it is hf:<user>/<model>, ` +
        "hf:<user>/<model>:<quantisation> or hf:<user>/<model>/<file>",
    );
  }
  // The parts of a split model are fetched together; the first stands for all.
  const first = file?.replace(/-\d{5}(-of-\d{5}\.gguf)$/, "-00001$1") ?? null;
  return { uri, repository, branch, file: first, tag };
}

/**
 * Name of the file in the models folder: of its place on the hub, of which no other has the same.
 *
 * @param found path of the file in the repository, where the place names a tag alone.
 */
export function localName({ repository, branch, file, tag }: HubPlace, found?: string): string {
  const ending = partNumber(found ?? "") ?? "";
  const inside = file ?? `${tag.toUpperCase()}${ending}.gguf`;
  const at = branch === "main" ? "" : `@${branch}`;
  const name = `hf--${repository}${at}--${inside}`.replaceAll("/", "--");
  const { name: stem, ext } = path.parse(name.replace(/[^\w.@+-]/g, "_"));
  return `${fittingName(stem)}${ext}`;
}

/** Whether a file of the models folder is, or is the first part of, what a tag's place stands for. */
export function isLocalName(place: HubPlace, name: string): boolean {
  const part = partNumber(name) ?? "";
  return name === localName(place, `x${part}.gguf`) && !/-(?!00001)\d{5}-of/.test(part);
}

/** The files that a file of a repository is loaded with: all parts of a split model, or itself. */
export function repositoryFiles(file: string): string[] {
  const folder = path.posix.dirname(file);
  return modelFiles(path.posix.basename(file)).map((name) =>
    path.posix.join(folder, path.basename(name)),
  );
}
