import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { outsideArchive } from "../../base/library-folder.ts";

/**
 * `LAGER_GPU_PLUGIN` names a plugin to load instead of the package's; the name of its file,
 * libggml-vulkan.so for one, says for which backend.
 */
export function namedPlugin(gpu: string): string | undefined {
  const named = process.env.LAGER_GPU_PLUGIN;
  if (!named || !path.basename(named).toLowerCase().includes(gpu)) return undefined;
  return path.resolve(named);
}

/**
 * ggml's plugins for a backend, as this platform's packages of node-llama-cpp hold them: the one to try
 * first, and for CUDA the one for the toolkit's version before.
 *
 * @throws LagerError `BACKEND_UNAVAILABLE` when no package is installed.
 */
export function packagedPlugins(gpu: string): string[] {
  const platform = { linux: "linux", win32: "win", darwin: "mac" }[process.platform as string];
  const name = `${platform}-${process.arch}-${gpu}`;
  const file = process.platform === "win32" ? `ggml-${gpu}.dll` : `libggml-${gpu}.so`;
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = [
    [name, "bins", name, file],
    [`${name}-ext`, "bins", name, "fallback", file],
  ].flatMap((parts) => {
    const files = folders.map((folder) =>
      outsideArchive(path.join(folder, "@node-llama-cpp", ...parts)),
    );
    return files.find((candidate) => existsSync(candidate)) ?? [];
  });
  if (found.length > 0) return found;
  throw new LagerError(
    "BACKEND_UNAVAILABLE",
    `package @node-llama-cpp/${name} is not installed; npm install node-llama-cpp brings it`,
  );
}
