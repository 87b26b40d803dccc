import type { JsonObject } from "../../../base/json.ts";
import { SERVE_DEFINITIONS } from "../request-schemas.ts";
import type { ServerFacts } from "../result.ts";

/** Definitions that stand in the document, with those that they refer to. */
const SHOWN = [
  ...["scoreRequest", "scoreResponse", "rerankRequest", "rerankResponse"],
  ...["modelList", "healthReport", "errorResponse"],
];

/** What may go wrong with every request. */
const PROBLEMS: Readonly<Record<string, string>> = {
  401: "The token is missing or wrong.",
  403: "Another site's page asks, or the server is called by another name.",
  405: "The path does not take this method.",
};

/** What may go wrong with a request that has a body. */
const BODY_PROBLEMS: Readonly<Record<string, string>> = {
  ...PROBLEMS,
  400: "The body is not JSON, or not what is described here.",
  404: "There is no such task, or it has no such criterion.",
  408: "The body did not come within its time.",
  413: "The body is too large.",
  415: "The body is of another type than application/json.",
  422: "The judge cannot be used with this task.",
  429: "Too much waits already; `Retry-After` says when to try again.",
  500: "A fault of lager-judge.",
  503: "The server stops, or its engine is being replaced.",
  504: "The request took too long.",
};

/** The OpenAPI document of a server. Bodies are checked by the very schemas that it shows. */
export function openApi({ version, judge }: ServerFacts, hasToken: boolean): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "lager serve",
      version,
      description: `Scores responses and ranks documents with the judge ${judge.name}.`,
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: {
      "/v1/score": {
        post: {
          operationId: "score",
          summary: "Score responses",
          description:
            "With `Accept: application/jsonl` each element of `data` is a line, written as it comes; the last line is " +
            '{"object":"done","usage":…}, or {"object":"aborted","code":…,"message":…}.',
          requestBody: body("scoreRequest"),
          responses: {
            200: {
              description: "A score or an error for each item and criterion.",
              content: {
                "application/json": { schema: schemaOf("scoreResponse") },
                "application/jsonl": { schema: { type: "string" } },
              },
            },
            ...problems(BODY_PROBLEMS),
          },
        },
      },
      "/v1/rerank": {
        post: {
          operationId: "rerank",
          summary: "Rank documents by how well they answer a query",
          requestBody: body("rerankRequest"),
          responses: {
            200: json("rerankResponse", "The documents, the best first."),
            ...problems(BODY_PROBLEMS),
          },
        },
      },
      "/v1/models": get("models", "The judge and its tasks", json("modelList", "One judge.")),
      "/health": get("health", "How the server is doing", json("healthReport", "It is up.")),
      "/metrics": get("metrics", "What the server did, for Prometheus", {
        description: "Prometheus' text format.",
        content: { "text/plain": { schema: { type: "string" } } },
      }),
      "/openapi.json": get("openapi", "This document", {
        description: "OpenAPI 3.1.",
        content: { "application/json": { schema: { type: "object" } } },
      }),
    },
    components: {
      schemas: shownDefinitions(),
      ...(hasToken && { securitySchemes: { token: { type: "http", scheme: "bearer" } } }),
    },
    ...(hasToken && { security: [{ token: [] }] }),
  };
}

function get(operationId: string, summary: string, ok: JsonObject): JsonObject {
  return { get: { operationId, summary, responses: { 200: ok, ...problems(PROBLEMS) } } };
}

function body(definition: string): JsonObject {
  return { required: true, content: { "application/json": { schema: schemaOf(definition) } } };
}

function json(definition: string, description: string): JsonObject {
  return { description, content: { "application/json": { schema: schemaOf(definition) } } };
}

function problems(descriptions: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, text]) => [status, json("errorResponse", text)]),
  );
}

function schemaOf(definition: string): JsonObject {
  return { $ref: `#/components/schemas/${definition}` };
}

/** The definitions, with references as this document has them. */
function shownDefinitions(): JsonObject {
  const shown: Record<string, unknown> = {};
  const add = (name: string): void => {
    if (name in shown) return;
    shown[name] = null;
    shown[name] = JSON.parse(
      JSON.stringify(SERVE_DEFINITIONS[name]).replaceAll(/#\/\$defs\/(\w+)/g, (_, other) => {
        add(other);
        return `#/components/schemas/${other}`;
      }),
    );
  };
  for (const name of SHOWN) add(name);
  return shown;
}
