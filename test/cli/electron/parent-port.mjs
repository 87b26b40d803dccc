// Electron's `process.parentPort` over the channel of Node's own child processes.
import { EventEmitter } from "node:events";

const port = Object.assign(new EventEmitter(), {
  /** @param {object} message */
  postMessage: (message) => process.send?.(message),
});
// What comes waits for somebody who listens, as there.
port.once("newListener", () => {
  process.on("message", (data) => port.emit("message", { data }));
});
Object.assign(process, { parentPort: port });
