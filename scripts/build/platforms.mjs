// The platforms that packages are made for, by the names that Node gives them.

/**
 * @typedef {object} Platform
 * @property {"linux" | "darwin" | "win32"} os as Node and npm name it
 * @property {"x64" | "arm64"} cpu
 * @property {"ELF" | "Mach-O" | "PE"} format of its libraries
 * @property {string} prebuilt node-llama-cpp's package for it, behind `@node-llama-cpp/`
 */

/** @type {Readonly<Record<string, Platform>>} */
export const PLATFORMS = {
  "linux-x64": { os: "linux", cpu: "x64", format: "ELF", prebuilt: "linux-x64" },
  "linux-arm64": { os: "linux", cpu: "arm64", format: "ELF", prebuilt: "linux-arm64" },
  "darwin-arm64": { os: "darwin", cpu: "arm64", format: "Mach-O", prebuilt: "mac-arm64-metal" },
  "darwin-x64": { os: "darwin", cpu: "x64", format: "Mach-O", prebuilt: "mac-x64" },
  "win32-x64": { os: "win32", cpu: "x64", format: "PE", prebuilt: "win-x64" },
};

/** The one of this machine. */
export const THIS_PLATFORM = `${process.platform}-${process.arch}`;

/**
 * @param {string} name
 * @returns {Platform}
 * @throws where there is none of that name
 */
export function platformOf(name) {
  const platform = PLATFORMS[name];
  if (platform === undefined) {
    throw new Error(`${name} is no platform; there are ${Object.keys(PLATFORMS).join(", ")}`);
  }
  return platform;
}
