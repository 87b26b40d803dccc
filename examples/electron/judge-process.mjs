// The judge's process, which main.mjs starts with the judge's name. Native code runs in it, so that what
// ends it ends no window.
import { loadJudge } from "lager-judge";
import { serveJudge } from "./judge-service.mjs";

const [, , judge = "smollm2-135m"] = process.argv;
// `isolation` as it is by default: this process is the engine's already, and starts no other.
serveJudge(process.parentPort, () => loadJudge(judge, { isolation: "none" }));
