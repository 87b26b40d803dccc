// What examples/electron uses of Electron, over Node: the utility process is one of Node's, and the window runs
// the preload script and asks what LAGER_TEST_QUESTIONS holds, one answer a line on standard output.
const { fork } = require("node:child_process");
const { EventEmitter } = require("node:events");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const vm = require("node:vm");

/** @type {Map<string, (event: object, ...args: unknown[]) => Promise<unknown>>} */
const handlers = new Map();
const events = new EventEmitter();
const app = Object.assign(events, {
  whenReady: async () => {},
  quit: () => events.emit("will-quit"),
});

/** @type {import("node:child_process").ChildProcess | undefined} */
let lastChild;

class BrowserWindow {
  /** @param {{ webPreferences: { preload: string } }} options */
  constructor({ webPreferences }) {
    this.preload = webPreferences.preload;
  }

  /** @param {string} page */
  async loadFile(page) {
    /** @type {Record<string, any>} */
    const world = {};
    const electron = {
      contextBridge: {
        /** @param {string} name @param {object} value */
        exposeInMainWorld: (name, value) => Object.assign(world, { [name]: value }),
      },
      ipcRenderer: {
        /** @param {string} name @param {unknown[]} args */
        invoke: async (name, ...args) => {
          const event = { senderFrame: { url: pathToFileURL(page).href } };
          return structuredClone(await handlers.get(name)?.(event, ...structuredClone(args)));
        },
      },
    };
    vm.runInNewContext(readFileSync(this.preload, "utf8"), { require: () => electron });
    for (const question of JSON.parse(process.env.LAGER_TEST_QUESTIONS ?? "[]")) {
      if (question.kill) lastChild?.kill("SIGKILL");
      const answer = await world.judge.score(question.item);
      console.log(JSON.stringify(answer));
    }
    const other = { senderFrame: { url: "https://example.org/" } };
    console.log(JSON.stringify(await handlers.get("score")?.(other, {})));
    app.emit("window-all-closed");
  }
}

exports.app = app;
exports.BrowserWindow = BrowserWindow;
exports.ipcMain = {
  /** @param {string} name @param {(event: object) => Promise<unknown>} handler */
  handle: (name, handler) => handlers.set(name, handler),
};
exports.utilityProcess = {
  /** @param {string} file @param {string[]} args */
  fork(file, args) {
    const port = path.join(__dirname, "parent-port.mjs");
    const child = fork(file, args, { execArgv: ["--import", port], serialization: "advanced" });
    lastChild = child;
    return Object.assign(child, {
      // One that is just ending cannot be told any more.
      /** @param {object} message */
      postMessage: (message) => child.send(message, () => {}),
    });
  },
};
