// All that the page can reach of the program. A sandboxed preload script is no module.
const { contextBridge, ipcRenderer } = require("electron");

contextBridge.exposeInMainWorld("judge", {
  score: (item) => ipcRenderer.invoke("score", item),
});
