import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * Fills a folder when it is first asked for; it is there whole or not at all.
 *
 * @param {string} folder
 * @param {(made: string) => void} fill is given another one, which is empty
 * @returns {string} the folder
 */
export function keptFolder(folder, fill) {
  if (existsSync(folder)) return folder;
  const cache = path.dirname(folder);
  mkdirSync(cache, { recursive: true });
  // Two who ask at once each fill one, and the first wins.
  const made = mkdtempSync(path.join(cache, "made-"));
  try {
    fill(made);
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}
