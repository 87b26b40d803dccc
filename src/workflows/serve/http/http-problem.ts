import { type ErrorCode, LagerError } from "../../../base/errors.ts";
import { servedError } from "../served-outcome.ts";

/** What a request is answered with that has no result. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    {
      field,
      headers = {},
    }: {
      readonly field?: string | undefined;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
    this.headers = headers;
  }

  /** The body of the answer. */
  toJSON(): object {
    const { code, message, field } = this;
    return { error: { code, message, ...(field !== undefined && { field }) } };
  }
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  INVALID_ARGUMENT: 400,
  OVERLOADED: 429,
  // The server stops, or its engine is being replaced.
  ABORTED: 503,
  DISPOSED: 503,
  ENGINE_CRASHED: 503,
  ENGINE_LOST: 503,
  OUT_OF_MEMORY: 503,
  TIMED_OUT: 504,
  // The judge cannot be used for the task that was asked for.
  AMBIGUOUS_LABELS: 422,
  INVALID_TASK: 422,
  TEMPLATE_FAILED: 422,
  UNSUPPORTED_JUDGE: 422,
  WEIGHTS_MISMATCH: 422,
};

/** Any error as an answer. */
export function httpProblem(error: unknown, retryAfter: number): HttpProblem {
  if (error instanceof HttpProblem) return error;
  // What aborted the request says why.
  const cause = error instanceof LagerError && error.code === "ABORTED" ? error.cause : undefined;
  if (cause instanceof LagerError) return httpProblem(cause, retryAfter);
  const { code, message, field } = servedError(error);
  const status = STATUS[code] ?? 500;
  return new HttpProblem(status, code, message, {
    field,
    headers: status === 429 || status === 503 ? { "retry-after": String(retryAfter) } : {},
  });
}
