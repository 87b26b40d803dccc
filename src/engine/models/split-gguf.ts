import path from "node:path";

/**
 * All files of a model: llama.cpp loads the parts of a split GGUF (`…-00001-of-00003.gguf`)
 * from the path of the first. Any other file is a model on its own.
 */
export function modelFiles(file: string): string[] {
  const match = /^(.*-)(\d{5})-of-(\d{5})\.gguf$/.exec(path.basename(file));
  const count = Number(match?.[3] ?? 1);
  if (match === null || Number(match[2]) !== 1 || count < 2) return [file];
  return Array.from({ length: count }, (_, i) =>
    path.join(
      path.dirname(file),
      `${match[1]}${String(i + 1).padStart(5, "0")}-of-${match[3]}.gguf`,
    ),
  );
}

/** `-00002-of-00003` of the name of a split model's part; undefined of any other file. */
export function partNumber(name: string): string | undefined {
  return /(-\d{5}-of-\d{5})\.gguf$/i.exec(name)?.[1];
}
