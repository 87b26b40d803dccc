// The same as `gguf`, loaded by an engine in a process of its own.
import { judgeTarget } from "../judge-target.mjs";

export const target = judgeTarget({ isolation: "process" });
