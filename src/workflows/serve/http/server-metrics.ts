import type { ScoreService } from "../score-service.ts";

/** Upper ends of the histogram's buckets, in seconds. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

interface Durations {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Counts what a server does, and prints it in Prometheus' text format. */
export class ServerMetrics {
  readonly #service: ScoreService;
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, Durations>();

  constructor(service: ScoreService) {
    this.#service = service;
  }

  addRequest(path: string, status: number, seconds: number): void {
    const labels = `path="${path}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const durations = this.#durations.get(path) ?? {
      counts: BUCKETS.map(() => 0),
      sum: 0,
      count: 0,
    };
    this.#durations.set(path, durations);
    durations.sum += seconds;
    durations.count++;
    for (const [i, end] of BUCKETS.entries()) {
      if (seconds <= end) durations.counts[i] = (durations.counts[i] ?? 0) + 1;
    }
  }

  text(): string {
    const { requests, waiting, running, scores, failures } = this.#service.health();
    const { judge, version } = this.#service.facts;
    const facts = Object.entries({ version, judge: judge.name, sha256: judge.sha256 })
      .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
      .join(",");
    return [
      ...metric("lager_info", "gauge", "The server and its judge.", [[facts, 1]]),
      ...metric("lager_http_requests_total", "counter", "Requests that were answered.", [
        ...this.#requests,
      ]),
      ...this.#histogram(),
      ...metric("lager_outcomes_total", "counter", "Scores and failures that clients were told.", [
        ['kind="score"', scores],
        ['kind="failure"', failures],
      ]),
      ...metric("lager_prompt_tokens_total", "counter", "Tokens of all prompts.", [
        ["", this.#service.tokens.prompt],
      ]),
      ...metric("lager_reused_tokens_total", "counter", "Tokens that were not decoded again.", [
        ["", this.#service.tokens.reused],
      ]),
      ...metric("lager_requests", "gauge", "Requests to score that are not over.", [
        ["", requests],
      ]),
      ...metric("lager_items_waiting", "gauge", "Items that have not been begun.", [["", waiting]]),
      ...metric("lager_prompts_running", "gauge", "Prompts that are made, planned or decoded.", [
        ["", running],
      ]),
      ...metric("process_resident_memory_bytes", "gauge", "Memory of the server, not its engine.", [
        ["", process.memoryUsage.rss()],
      ]),
      "",
    ].join("\n");
  }

  #histogram(): string[] {
    const name = "lager_http_request_duration_seconds";
    const lines = [`# HELP ${name} From a request's head to the end of its answer.`];
    lines.push(`# TYPE ${name} histogram`);
    for (const [path, { counts, sum, count }] of this.#durations) {
      for (const [i, end] of BUCKETS.entries()) {
        lines.push(`${name}_bucket{path="${path}",le="${end}"} ${counts[i]}`);
      }
      lines.push(`${name}_bucket{path="${path}",le="+Inf"} ${count}`);
      lines.push(`${name}_sum{path="${path}"} ${sum}`, `${name}_count{path="${path}"} ${count}`);
    }
    return lines;
  }
}

function metric(
  name: string,
  type: "counter" | "gauge",
  help: string,
  values: readonly (readonly [labels: string, value: number])[],
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...values.map(([labels, value]) => `${name}${labels === "" ? "" : `{${labels}}`} ${value}`),
  ];
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
