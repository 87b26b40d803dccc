import { createHash, timingSafeEqual } from "node:crypto";
import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { errorMessage, LagerError } from "./errors.ts";

/** Other machines cannot reach this address. */
export const LOOPBACK = "127.0.0.1";

/** Names by which this machine calls itself. */
const LOOPBACK_NAMES = [LOOPBACK, "localhost", "[::1]"];

/** Whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(host) || host === "::1";
}

/**
 * Listens, and returns the address.
 *
 * @param port 0: any that is free.
 * @throws LagerError `INVALID_ARGUMENT` when it cannot.
 */
export async function listenOn(server: Server, port: number, host = LOOPBACK): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const what = `port ${port} of ${host} cannot be used (${errorMessage(cause)}): choose another, or one that is free`;
      reject(new LagerError("INVALID_ARGUMENT", what, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${taken}`;
}

/** Whether a request's `Host` is a name of this machine: a page of another site would send its own (DNS rebinding). */
export function namesLoopback(hostHeader: string | undefined, port: number): boolean {
  return LOOPBACK_NAMES.some(
    (name) => hostHeader === `${name}:${port}` || (port === 80 && hostHeader === name),
  );
}

/** Compares a secret with what was given for it, in a time that tells nothing. */
export function isSecret(given: string, secret: string): boolean {
  const [left, right] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
