import { blaming, checkArguments, OBJECT, PATH, type Shape } from "../../base/arguments.ts";
import { type ErrorPlace, LagerError } from "../../base/errors.ts";
import { readWhole } from "../../base/files.ts";
import { isFiniteNumber, isString, parseJson } from "../../base/json.ts";
import { JsonFields } from "../../base/json-fields.ts";
import { CONDITIONS } from "../../input/task/condition.ts";
import { parseJudgeFacts } from "./judge-facts.ts";
import { PROJECTIONS } from "./layer-set.ts";
import {
  featureCount,
  type Interval,
  type KernelStandard,
  type LinearMap,
  type LinearMaps,
  type OutOfFoldScores,
  type RadialKernel,
  RECIPES,
  type Training,
  type Validation,
  WEIGHTS_SCHEMA,
  type Weights,
  type WeightsScope,
} from "./weights-format.ts";

/**
 * Weights from a weights file's JSON value.
 *
 * @throws LagerError `INVALID_WEIGHTS` that names the field.
 */
export function parseWeights(value: unknown, place: ErrorPlace = {}): Weights {
  checkArguments("parseWeights", { place: [place, OBJECT] });
  return blaming("parseWeights", "value", () => readFields(value, place));
}

function readFields(value: unknown, place: ErrorPlace): Weights {
  const fields = new JsonFields(value, { code: "INVALID_WEIGHTS", whole: "a weights file", place });
  if (fields.value("kind") !== "weights") {
    throw fields.invalid("kind", 'a weights file is of kind "weights"');
  }
  if (fields.value("schema") !== WEIGHTS_SCHEMA) {
    throw fields.invalid(
      "schema",
      `the weights have schema ${JSON.stringify(fields.value("schema"))}, this version reads ` +
        `schema ${WEIGHTS_SCHEMA}: learn them anew, or use the version that wrote them`,
    );
  }
  const scope = parseScope(fields);
  const common = {
    kind: "weights",
    schema: WEIGHTS_SCHEMA,
    version: fields.string("version"),
    ...scope,
    training: parseTraining(fields.object("training")),
    validation: parseValidation(fields.object("validation")),
    outOfFold: parseOutOfFold(fields.object("outOfFold")),
  } as const;
  const layerCount = scope.layerSet.layers.length;
  const parameters = fields.object("parameters");
  const recipe = fields.oneOf("recipe", RECIPES);
  switch (recipe) {
    case "lager":
      return {
        ...common,
        recipe,
        layerWeights: fields.numbers("layerWeights", layerCount),
        parameters: {
          theta: parameters.numbers("theta", layerCount),
          alpha: parameters.number("alpha"),
        },
      };
    case "ridge":
      return {
        ...common,
        recipe,
        ...parseFeatureWeights(fields, layerCount),
        parameters: parseMaps(parameters, featureCount(layerCount)),
      };
    case "kernel":
      return {
        ...common,
        recipe,
        ...parseFeatureWeights(fields, layerCount),
        parameters: {
          maps: parseMaps(parameters.object("maps"), featureCount(layerCount)),
          kernel: parseKernel(parameters.object("kernel"), {
            width: layerCount * scope.labels.length,
            criteria: scope.task.criteria.length,
          }),
        },
      };
    case "questions":
      return {
        ...common,
        recipe,
        parameters: {
          criteria: parameters.object("criteria").map((all, name) => parseMap(all.object(name))),
        },
      };
    case "probe": {
      const hiddenSize = parameters.integer("hiddenSize", 1);
      return {
        ...common,
        recipe,
        parameters: { ...parseMaps(parameters, layerCount * hiddenSize + 1), hiddenSize },
      };
    }
  }
}

/** Weights that were looked at; they are not changed, and looked at once. */
const known = new WeakSet<object>();

/** Weights as an argument: as `parseWeights` or `tune` gave them. */
export const WEIGHTS: Shape = (value, at) => {
  OBJECT(value, at);
  if (known.has(value as object)) return;
  parseWeights(value);
  known.add(value as object);
};

function parseScope(fields: JsonFields): WeightsScope {
  const judge = parseJudgeFacts(fields);
  const { layers } = judge;
  const layerSet = fields.object("layerSet");
  const task = fields.object("task");
  const labels = fields.strings("labels");
  if (labels.length < 2) throw fields.invalid("labels", "a scale has at least two labels");
  const chosen = layerSet.array(
    "layers",
    (layer): layer is number => Number.isSafeInteger(layer) && isWithin(layer, 0, layers),
    `a list of layers from 0 to ${layers}`,
  );
  if (chosen.length === 0) throw layerSet.invalid("layers", "there is no layer in it");
  return {
    judge,
    projection: fields.oneOf("projection", PROJECTIONS),
    layerSet: { spec: layerSet.string("spec"), layers: chosen },
    labels,
    values: fields.numbers("values", labels.length),
    task: {
      name: task.string("name"),
      sha256: task.string("sha256"),
      criteria: task.strings("criteria"),
    },
    ...(fields.has("condition") && { condition: fields.oneOf("condition", CONDITIONS) }),
  };
}

function parseTraining(fields: JsonFields): Training {
  return {
    seed: fields.integer("seed", 0),
    folds: fields.integer("folds", 0),
    records: fields.integer("records", 0),
    rows: fields.integer("rows", 0),
    dataSha256: fields.string("dataSha256"),
    rowKeys: fields.strings("rowKeys"),
    humanRange:
      fields.value("humanRange") === null
        ? null
        : fields.object("humanRange").map((all, name) => {
            const range = all.object(name);
            return { min: range.number("min"), max: range.number("max") };
          }),
    options: fields.object("options").map((all, name) => {
      const value = all.value(name);
      if (value === null || isFiniteNumber(value) || isString(value)) return value;
      if (typeof value === "boolean") return value;
      throw all.invalid(name, "a number, a text, true, false or null is expected");
    }),
  };
}

function parseValidation(fields: JsonFields): Validation {
  return {
    methods: fields.objects("methods").map((each) => ({
      method: each.string("method"),
      spearman: parseInterval(each.object("spearman")),
      criteria: each.object("criteria").map((all, name) => all.number(name)),
    })),
    comparisons: fields.objects("comparisons").map((each) => ({
      against: each.string("against"),
      difference: parseInterval(each.object("difference")),
      won: each.number("won"),
    })),
    learningCurve: fields.objects("learningCurve").map((each) => ({
      records: each.integer("records", 1),
      labels: each.integer("labels", 1),
      spearman: parseInterval(each.object("spearman")),
    })),
  };
}

function parseInterval(fields: JsonFields): Interval {
  return {
    value: fields.number("value"),
    low: fields.number("low"),
    high: fields.number("high"),
  };
}

function parseOutOfFold(fields: JsonFields): OutOfFoldScores {
  const keys = fields.strings("keys");
  return { keys, scores: fields.numbers("scores", keys.length) };
}

function parseMap(fields: JsonFields, features?: number): LinearMap {
  return {
    offset: fields.number("offset"),
    coefficients: fields.numbers("coefficients", features),
  };
}

function parseMaps(fields: JsonFields, features: number): LinearMaps {
  const map = (all: JsonFields, name: string) => parseMap(all.object(name), features);
  return { criteria: fields.object("criteria").map(map), pooled: map(fields, "pooled") };
}

function parseFeatureWeights(fields: JsonFields, layerCount: number) {
  return {
    layerWeights: fields.numbers("layerWeights", layerCount),
    featureWeights: fields.numbers("featureWeights", featureCount(layerCount)),
  };
}

function parseKernel(
  fields: JsonFields,
  { width, criteria }: { readonly width: number; readonly criteria: number },
): RadialKernel {
  const rows = fields.array(
    "rows",
    (row): row is number[] =>
      Array.isArray(row) && row.length === width && row.every(isFiniteNumber),
    `a list of rows of ${width} numbers each`,
  );
  const criterionOf = fields.numbers("criterionOf", rows.length);
  if (!criterionOf.every((each) => Number.isSafeInteger(each) && isWithin(each, 0, criteria - 1))) {
    throw fields.invalid("criterionOf", `each of them is one of the ${criteria} criteria's places`);
  }
  const standards = fields.object("standards");
  const standard = (all: JsonFields, name: string): KernelStandard => {
    const one = all.object(name);
    const deviations = one.numbers("deviations", width);
    if (!deviations.every((each) => each > 0)) {
      throw one.invalid("deviations", "standard deviations are above 0");
    }
    return { means: one.numbers("means", width), deviations, spread: one.number("spread") };
  };
  return {
    amplitude: fields.number("amplitude"),
    gamma: fields.number("gamma"),
    apartness: fields.number("apartness"),
    rows,
    criterionOf,
    dual: fields.numbers("dual", rows.length),
    standards: {
      criteria: standards.object("criteria").map(standard),
      pooled: standard(standards, "pooled"),
    },
  };
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

/**
 * Reads a weights file.
 *
 * @throws LagerError `UNREADABLE_FILE`, or `INVALID_WEIGHTS` that names the field.
 */
export async function readWeights(path: string): Promise<Weights> {
  checkArguments("readWeights", { path: [path, PATH] });
  const place = { file: path };
  const value = parseJson(
    await readWhole(path, "the weights file"),
    (reason, cause) =>
      new LagerError(
        "INVALID_WEIGHTS",
        `the file is not JSON (${reason}): \`lager tune\` writes weights files`,
        { place, cause },
      ),
  );
  return parseWeights(value, place);
}
