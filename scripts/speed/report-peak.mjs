// Loaded before a program: leaves its peak memory and its time in a file when it ends. VmHWM is the
// process's own, while getrusage's figure starts at what its parent had.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.env.LAGER_BENCH_REPORT;

function peakMiB() {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

process.on("exit", () => {
  if (file !== undefined) {
    writeFileSync(file, JSON.stringify({ peakMiB: peakMiB(), seconds: performance.now() / 1000 }));
  }
});
