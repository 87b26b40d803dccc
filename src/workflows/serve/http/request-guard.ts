import type { IncomingMessage } from "node:http";
import { isSecret, namesLoopback } from "../../../base/local-server.ts";
import { HttpProblem } from "./http-problem.ts";

/** Who may ask. */
export interface GuardOptions {
  readonly port: number;
  /** Only this machine can reach the server. */
  readonly isLocal: boolean;
  /** To be given as `Authorization: Bearer`; undefined: none is asked for. */
  readonly token: string | undefined;
}

/**
 * Refuses what a page of another site sends from a browser on this machine, and, where there is a token,
 * whoever does not know it.
 *
 * @throws HttpProblem 401, 403.
 */
export function requireAllowed(
  { headers }: Pick<IncomingMessage, "headers">,
  { port, isLocal, token }: GuardOptions,
  isOpen: boolean,
): void {
  if (isLocal && !namesLoopback(headers.host, port)) {
    throw new HttpProblem(403, "INVALID_ARGUMENT", "this server answers to its own address only");
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}`) {
    throw new HttpProblem(403, "INVALID_ARGUMENT", "pages of other sites may not ask this server");
  }
  if (token === undefined || isOpen) return;
  const [, given = ""] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
  if (isSecret(given, token)) return;
  throw new HttpProblem(401, "INVALID_ARGUMENT", "the token is missing or wrong", {
    headers: { "www-authenticate": "Bearer" },
  });
}
