import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** Whether a process is there and runs (Linux); one that is dead and not yet collected does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")")).charAt(2) !== "Z";
  } catch {
    return false;
  }
}

/** Waits for the end of a process, and fails when it does not come. */
export async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 1000 && isRunning(pid); i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(isRunning(pid)).toBe(false);
}

/** Processes that a process has started and that are still there (Linux). */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}
