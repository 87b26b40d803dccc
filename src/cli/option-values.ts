import { InvalidArgumentError } from "commander";
import type { GateLimit } from "../analysis/compare/gate-result.ts";
import { LagerError } from "../base/errors.ts";
import { ownValue } from "../base/json.ts";
import type { LoraAdapter } from "../engine/models/adapters.ts";
import { assertLayerSpec } from "../scoring/weights/layer-set.ts";
import { assertWeighedSpec } from "../scoring/weights/weighed-layers.ts";
import type { ShardChoice } from "../workflows/fleet/score-shards.ts";

/** Parses `<file>` or `<file>:<scale>` and adds it to those before, for commander. */
export function addAdapter(text: string, before: readonly LoraAdapter[] = []): LoraAdapter[] {
  const [, file = text, scale] = /^(.+):([+-]?\d*\.?\d+(?:e[+-]?\d+)?)$/i.exec(text) ?? [];
  if (scale === undefined) return [...before, { path: file }];
  if (Math.fround(Number(scale)) === 0) throw new InvalidArgumentError("The scale must not be 0.");
  return [...before, { path: file, scale: Number(scale) }];
}

/** Adds a file to those before, for commander. */
export function addFile(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Adds limits of a gate to those before, for commander: `3.5`, `accuracy=3.5`, `accuracy=0.1@90%`. */
export function gateLimits(text: string, before: readonly GateLimit[] = []): GateLimit[] {
  const limits = text.split(",").map((part): GateLimit => {
    const [, name, number = "", percent = "95"] =
      /^\s*(?:(.+)=)?\s*(-?\d+(?:\.\d+)?)\s*(?:@\s*(\d+(?:\.\d+)?)\s*%)?\s*$/s.exec(part) ?? [];
    const level = Number(percent) / 100;
    if (number === "" || !(level > 0 && level < 1)) {
      throw new InvalidArgumentError(
        "Limits are written as 3.5, accuracy=3.5 or accuracy=0.1@90%, separated by commas.",
      );
    }
    return { criterion: name?.trim() ?? null, limit: Number(number), level };
  });
  return [...before, ...limits];
}

/** Parses a whole number from `least` on, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
    }
    return value;
  };
}

/** Parses a shard's number, `3`, or a machine's share of the shards, `3/40`: numbers count from 0. */
export function shardChoice(text: string): ShardChoice {
  const [, number, of] = /^(\d{1,15})(?:\/(\d{1,15}))?$/.exec(text.trim()) ?? [];
  if (number !== undefined && (of === undefined || Number(number) < Number(of))) {
    return { number: Number(number), of: of === undefined ? null : Number(of) };
  }
  throw new InvalidArgumentError("It is a shard's number, 3, or a share of them, 3/40, from 0 on.");
}

/** Parses `auto`, or a whole number from 1 on. */
export function autoOrNumber(text: string): number | "auto" {
  return text.trim() === "auto" ? "auto" : wholeNumber(1)(text);
}

/** Parses a layer set; whether its layers exist only the judge can tell. */
export function layerSpec(text: string): string {
  return checkedSpec(text, assertLayerSpec);
}

/** What {@link weighedSpec} takes, for help. */
export const WEIGHED_LAYERS =
  "last, all, reference, upper, window:0.6-0.8, 5-20,24, contrast:0.5, or weights:20=0.4,24=0.6";

/** Parses a layer set or a contrast. */
export function weighedSpec(text: string): string {
  return checkedSpec(text, assertWeighedSpec);
}

function checkedSpec(text: string, assert: (text: string) => void): string {
  try {
    assert(text);
  } catch (error) {
    throw error instanceof LagerError ? new InvalidArgumentError(error.message) : error;
  }
  return text;
}

/** Parses `hidden` or `hidden:<layer set>` into the layer set, which is `all` by default. */
export function capturedLayers(text: string): string {
  const match = /^hidden(?::(.*))?$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError("It must be hidden, or hidden:<layer set>.");
  return layerSpec(match[1] ?? "all");
}

/** Parses an amount of records to keep: `10%`, or a number of them. */
export function keepAmount(text: string): { count: number } | { share: number } {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = Number(match?.[1]);
  if (match?.[2] === "%" && value > 0 && value <= 100) return { share: value / 100 };
  if (match?.[2] === "" && Number.isSafeInteger(value) && value > 0) return { count: value };
  throw new InvalidArgumentError("It must be a share such as 10%, or a number of records.");
}

/** Parses a number from `low` to `high`. */
export function numberBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
  };
}

/** Parses names, separated by commas. */
export function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (!list.includes("") && new Set(list).size === list.length) return list;
  throw new InvalidArgumentError("Names are separated by commas, each of them once.");
}

/** Parses weights such as `accuracy=2,difficulty=0.5`; they are not negative. */
export function namedWeights(text: string): Record<string, number> {
  const entries = text.split(",").map((part) => {
    const [name = "", value = ""] = part.split("=", 2).map((side) => side.trim());
    const weight = value === "" ? Number.NaN : Number(value);
    if (name !== "" && weight >= 0 && Number.isFinite(weight)) return [name, weight] as const;
    throw new InvalidArgumentError("They are written as name=number, separated by commas.");
  });
  return Object.fromEntries(entries);
}

/** Parses a length of time, `60s`, `5m`, `500ms` or a number of seconds: in milliseconds. */
export function duration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (number !== undefined) return Number(number) * (ownValue(TIME_UNITS, unit) ?? Number.NaN);
  throw new InvalidArgumentError("It is a length of time such as 500ms, 60s, 5m or 1h.");
}

const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, t: 1e12, tb: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};

/** A number of bytes: `4GB`, `512 MiB`, `1.5g`. */
export function byteSize(text: string): number {
  const parts = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  const unit = ownValue(UNITS, parts?.[2]?.toLowerCase() ?? "bytes");
  const bytes = Math.floor(Number(parts?.[1]) * (unit ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes >= 1) return bytes;
  throw new InvalidArgumentError("It is a size such as 800MB, 4GB or 4GiB.");
}
