import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";

/** A process, told from others of the same number: on other machines, or before and after it. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Tells machines of one host name apart, as far as the system does; else empty. */
  readonly machine: string;
  /** When it began, as the system says; null where that cannot be told. */
  readonly started: string | null;
}

/** Of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const [machine, started] = await Promise.all([machineId(), startOf(process.pid)]);
  return { pid: process.pid, host: hostname(), machine, started };
}

/**
 * What became of a process: it runs, it is gone, or it is on another machine and nobody can tell. A
 * process that has its number by now is another one.
 */
export async function stateOf(process: ProcessIdentity): Promise<"running" | "gone" | "elsewhere"> {
  if (process.host !== hostname() || process.machine !== (await machineId())) return "elsewhere";
  if (!isRunning(process.pid)) return "gone";
  const started = await startOf(process.pid);
  const isOther = started !== null && process.started !== null && started !== process.started;
  return isOther ? "gone" : "running";
}

/** Whether a process of this machine runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, and ends nothing
    return true;
  } catch (error) {
    // Somebody else's process is one as well.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

let known: Promise<string> | undefined;

function machineId(): Promise<string> {
  known ??= readFile("/etc/machine-id", "utf8").then(
    (text) => text.trim(),
    () => "",
  );
  return known;
}

/** Start of a process of this machine. */
async function startOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === "linux") return await linuxStart(pid);
    if (process.platform === "win32") return null;
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], {
      env: { PATH: "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" },
    });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

/** Clock ticks after a boot, and which one. */
async function linuxStart(pid: number): Promise<string | null> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may hold anything; `starttime` is the 20th field after it.
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ticks === undefined ? null : `${boot.trim()} ${ticks}`;
}
