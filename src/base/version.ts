import { readFileSync } from "node:fs";
import { PACKAGE_JSON } from "./package-paths.ts";

/** Version of this package. */
export const version: string = (
  JSON.parse(readFileSync(PACKAGE_JSON, "utf8")) as { version: string }
).version;
