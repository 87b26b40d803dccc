import type { ViewConfig } from "../base/view-config.ts";
import { shellCommand } from "../present/terminal/shell-command.ts";
import type { LayerRequest } from "./run-share.ts";

/** What the page shows, as far as commands can do the same. */
export interface Commanded {
  /** The run's. */
  readonly files: readonly string[];
  readonly layers: LayerRequest;
  /** Files that are compared, a system each or with several in one; null: none, or with other layers. */
  readonly compared: { readonly files: readonly string[]; readonly by: "run" | "system" } | null;
}

/** A command to copy; null where no shell could be given it. */
export interface NamedCommand {
  readonly name: string;
  readonly command: string | null;
}

/** What does with the runs' files what the sliders stand for. */
export function layerCommands(
  { files, layers: { spec, projection }, compared }: Commanded,
  config: Pick<ViewConfig, "ratings" | "platform">,
): NamedCommand[] {
  const platform = config.platform as NodeJS.Platform;
  const words = ["--layers", spec, ...(projection === "raw" ? ["--projection", projection] : [])];
  const ratings = config.ratings.flatMap((file) => ["--ratings", file]);
  const named = (name: string, own: readonly string[], read: readonly string[]) => ({
    name,
    command: shellCommand([...own], read, platform),
  });
  return [
    named("as lager eval", ["lager", "eval", ...words, ...ratings], files),
    ...(compared === null
      ? []
      : [
          named(
            "as lager compare",
            ["lager", "compare", ...words, ...(compared.by === "system" ? ["--by", "system"] : [])],
            compared.files,
          ),
        ]),
    named("options", words, []),
  ];
}
