import { visibleText } from "../../base/visible-text.ts";
import type { DoctorReport } from "../../workflows/doctor/result.ts";
import { bytesText } from "./bytes-text.ts";
import { shellCommand } from "./shell-command.ts";
import { factLines } from "./table.ts";

/** The doctor's report for the terminal; what is wrong comes last, where it is seen. */
export function doctorText(report: DoctorReport): string {
  const lines: [string, string][] = [
    ["lager-judge", report.versions.lager],
    ["node", `${report.versions.node} (${report.versions.platform})`],
    ["llama.cpp", report.versions.llama ?? "not loaded"],
    ["addon", addonText(report)],
    ...listed("libraries", report.addon.libraries),
    ["cpu", `${report.cpu.model.trim()}, ${report.cpu.threads} threads`],
    ["cpu kernels", report.cpu.features ?? "none loaded"],
    ["own kernels", kernelsText(report.cpu.ownKernels)],
    ...listed("devices", report.devices.map(deviceText)),
    [
      "backend",
      report.backend === null
        ? "none: see below"
        : `${report.backend.name}: ${report.backend.reason}`,
    ],
    ["cache", report.cache],
    ["settings", settingsText(report)],
    ["pip", report.pip ?? "not found; the package index is asked without it"],
    ["judge", `${report.judge.name}: ${report.judge.path ?? "not fetched"}`],
    ["speed", speedText(report)],
    ["recommended", recommendedText(report)],
  ];
  const end = [
    ...report.warnings.map((warning) => `WARNING: ${warning}`),
    ...report.problems.map(({ code, message }) => `PROBLEM: ${code}: ${message}`),
    ...missingText(report),
    report.ok ? "scoring works here" : "scoring does not work here",
  ];
  const facts = factLines(lines);
  return `${facts}\n${end.map(visibleText).join("\n")}\n`;
}

/** Last but for the verdict: it is what to do next. */
function missingText({ missing }: DoctorReport): string[] {
  return missing === null ? [] : [`MISSING: ${missing.what}; install it with: ${missing.command}`];
}

function kernelsText(kernels: DoctorReport["cpu"]["ownKernels"]): string {
  if (kernels === null || kernels.set === "") return "none";
  const inPlace = kernels.inPlace.join(", ") || "none in place";
  const leftOut = kernels.leftOut.join(", ");
  return `${kernels.set}: ${inPlace}${leftOut === "" ? "" : `; left out: ${leftOut}`}`;
}

function addonText({ addon }: DoctorReport): string {
  if (addon.file === null) return "not here: see below";
  return addon.loaded ? addon.file : `${addon.file} (does not load)`;
}

/** The judge that would do here, what it takes, and how to have it. */
function recommendedText({ recommended, memory }: DoctorReport): string {
  if (recommended === null)
    return "no named judge fits, or none is quick enough: lager judges list";
  const { name, cached, tokensPerSecond } = recommended;
  const speed =
    tokensPerSecond === null ? "" : `, about ${tokensPerSecond.toFixed(0)} prompt tokens/s`;
  const next = cached ? "it is here" : `lager judges pull ${name}`;
  return `${name}: ${bytesText(recommended.memory)} of ${bytesText(memory)}${speed}; ${next}`;
}

function settingsText({ settings }: DoctorReport): string {
  if (settings === null) return "none: no lager.yaml in this folder or above";
  const values = Object.entries(settings.values).map(([name, value]) => `${name} ${value}`);
  return `${settings.file}: ${values.join(", ") || "sets nothing"}`;
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
  const line = shellCommand(["lager", "judges", fetching], [judge.name]);
  return line === null ? "not measured" : `not measured: run ${line}`;
}
