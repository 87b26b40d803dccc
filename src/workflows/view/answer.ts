/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly parts: readonly Uint8Array[];
}

export function markup(page: string): Answer {
  return { status: 200, type: "text/html; charset=utf-8", parts: [Buffer.from(page)] };
}

export function json(value: unknown): Answer {
  const text = JSON.stringify(value ?? null);
  return { status: 200, type: "application/json", parts: [Buffer.from(text)] };
}

export function plain(status: number, text: string): Answer {
  return { status, type: "text/plain; charset=utf-8", parts: [Buffer.from(`${text}\n`)] };
}
