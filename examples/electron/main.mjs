// The main process: a window, and the judge in a utility process beside it. `npm start`
import path from "node:path";
import { pathToFileURL } from "node:url";
import { app, BrowserWindow, ipcMain, utilityProcess } from "electron";
import { JudgeClient } from "./judge-client.mjs";

const file = (/** @type {string} */ name) => path.join(import.meta.dirname, name);
const PAGE = file("index.html");
/** A name, the path of a GGUF file, or an hf: URI. */
const JUDGE = process.env.ANSWERS_JUDGE ?? "smollm2-135m";

const judge = new JudgeClient(() =>
  utilityProcess.fork(file("judge-process.mjs"), [JUDGE], { serviceName: "judge" }),
);

// An error that is thrown here would reach the page without its code.
ipcMain.handle("score", async ({ senderFrame }, item) => {
  if (senderFrame?.url !== pathToFileURL(PAGE).href) return { error: { code: "FORBIDDEN" } };
  try {
    return { outcomes: await judge.score(item) };
  } catch (error) {
    return { error: { code: error.code, message: error.message } };
  }
});

app.on("window-all-closed", () => app.quit());
app.on("will-quit", () => judge.stop());
await app.whenReady();
const window = new BrowserWindow({
  width: 720,
  height: 640,
  webPreferences: { preload: file("preload.cjs") },
});
await window.loadFile(PAGE);
