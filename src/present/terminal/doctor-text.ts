import { printable } from "./terminal-text.ts";

/** What `lager doctor` finds out. Sizes in bytes. */
export interface DoctorReport {
  /** Whether scoring would work here. */
  readonly ok: boolean;
  /** What keeps it from working, and what to do. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** What does not keep it from working, and a person should know. */
  readonly warnings: readonly string[];
  readonly versions: {
    readonly lager: string;
    readonly node: string;
    /** `linux-x64` */
    readonly platform: string;
    /** Release of llama.cpp; null when the addon does not load. */
    readonly llama: string | null;
  };
  readonly addon: {
    readonly file: string;
    readonly loaded: boolean;
    /** Files beside it: llama.cpp's libraries and ggml's plugins. */
    readonly libraries: readonly string[];
  };
  readonly cpu: {
    readonly model: string;
    readonly threads: number;
    /** Features of the kernels in use; null when no CPU plugin is loaded. */
    readonly features: string | null;
    /** What this package computes with faster kernels of the same bits, e.g. `Q6_K`. */
    readonly ownKernels: readonly string[];
  };
  readonly devices: readonly {
    readonly name: string;
    readonly description: string;
    readonly backend: string;
    readonly memoryFree: number;
    readonly memoryTotal: number;
  }[];
  /** The chosen backend; null when the one that was asked for cannot be used. */
  readonly backend: { readonly name: string; readonly reason: string } | null;
  readonly cache: string;
  /** The command that fetches judges; null when there is no pip. */
  readonly pip: string | null;
  readonly judge: { readonly name: string; readonly path: string | null };
  /** Prompt tokens a second with that judge; null when it was not measured. */
  readonly speed: {
    readonly backend: string;
    readonly promptTokens: number;
    readonly seconds: number;
    readonly tokensPerSecond: number;
  } | null;
}

/** The doctor's report for the terminal; what is wrong comes last, where it is seen. */
export function doctorText(report: DoctorReport): string {
  const lines: [string, string][] = [
    ["lager-judge", report.versions.lager],
    ["node", `${report.versions.node} (${report.versions.platform})`],
    ["llama.cpp", report.versions.llama ?? "not loaded"],
    ["addon", `${report.addon.file}${report.addon.loaded ? "" : " (does not load)"}`],
    ...listed("libraries", report.addon.libraries),
    ["cpu", `${report.cpu.model.trim()}, ${report.cpu.threads} threads`],
    ["cpu kernels", report.cpu.features ?? "none loaded"],
    ["own kernels", report.cpu.ownKernels.join(", ") || "none"],
    ...listed("devices", report.devices.map(deviceText)),
    [
      "backend",
      report.backend === null
        ? "none: see below"
        : `${report.backend.name}: ${report.backend.reason}`,
    ],
    ["cache", report.cache],
    ["pip", report.pip ?? "not found: judges that go by a name cannot be fetched"],
    ["judge", `${report.judge.name}: ${report.judge.path ?? "not fetched"}`],
    ["speed", speedText(report)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const end = [
    ...report.warnings.map((warning) => `WARNING: ${warning}`),
    ...report.problems.map(({ code, message }) => `PROBLEM: ${code}: ${message}`),
    report.ok ? "scoring works here" : "scoring does not work here",
  ];
  return `${[
    ...lines.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}`),
    "",
    ...end.map(printable),
  ].join("\n")}\n`;
}

/** One line for each, the name on the first alone. */
function listed(name: string, texts: readonly string[]): [string, string][] {
  if (texts.length === 0) return [[name, "none"]];
  return texts.map((text, i) => [i === 0 ? name : "", text]);
}

function deviceText(device: DoctorReport["devices"][number]): string {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  return (
    `${device.name} (${device.backend}): ${device.description}, ` +
    `${gib(device.memoryFree)} of ${gib(device.memoryTotal)} GiB free`
  );
}

function speedText({ speed, judge, ok }: DoctorReport): string {
  if (speed !== null) {
    return (
      `${speed.tokensPerSecond.toFixed(0)} prompt tokens/s on ${speed.backend} ` +
      `(${speed.promptTokens} tokens in ${speed.seconds.toFixed(2)} s)`
    );
  }
  if (!ok) return "not measured";
  const fetching = judge.name.startsWith("hf:") ? "info" : "pull";
  return `not measured: run lager judges ${fetching} ${judge.name}`;
}
