import { type ChildProcess, fork } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { childEnvironment } from "./child-environment.ts";
import { LastLines } from "./last-lines.ts";
import type { Call, FromChild, Results, ToChild } from "./messages.ts";
import { NativeFailure } from "./native-failure.ts";

/** How an engine's process is started. */
export interface ChildOptions {
  /** The script that it runs. */
  readonly file: string;
  /** A child that shows no sign of work for so long while it has some hangs, and is killed. */
  readonly hangMs: number;
  /** A call that was cancelled may take so long to end; then the child is killed. */
  readonly graceMs: number;
  /** Given all that the child writes to its standard error. */
  readonly onLog?: ((text: string) => void) | undefined;
}

/** Why a process is no more. */
export interface Death {
  /** In a clause: "was ended by SIGSEGV". */
  readonly how: string;
  /** The last lines of its standard error. */
  readonly log: readonly string[];
  /** Killed from here, for the sake of a call that was cancelled or because nobody needs it. */
  readonly isWanted: boolean;
}

/** What a call that was under way then is rejected with. */
export class EngineDeath extends Error {
  readonly isWanted: boolean;

  constructor({ how, log, isWanted }: Death) {
    const words = log.length === 0 ? "" : `; the last that it wrote: ${log.join(" | ")}`;
    super(`the engine's process ${how}${words}`);
    this.isWanted = isWanted;
  }
}

/** Settles when the call is over; `cancel` asks for its end. */
export interface RunningCall<T> {
  readonly result: Promise<T>;
  readonly cancel: () => void;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((share: number) => void) | undefined;
  readonly onDecodeSeconds: ((seconds: number) => void) | undefined;
  /** Runs once the call is to end. */
  grace: NodeJS.Timeout | undefined;
}

/**
 * Those that run. They see by themselves that their parent has ended, but for one that is stopped, and
 * one that is ended from here is gone sooner.
 */
const running = new Set<ChildProcess>();

function endWithParent(child: ChildProcess): void {
  if (running.size === 0) process.on("exit", killRunning);
  running.add(child);
  child.once("exit", () => {
    running.delete(child);
    if (running.size === 0) process.off("exit", killRunning);
  });
}

function killRunning(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** How often, at least, it is looked whether a process hangs. */
const MOST_BETWEEN_LOOKS_MS = 60_000;

/** How long the last words of a process are waited for when it has ended. */
const LAST_WORDS_MS = 200;

/**
 * One process of the engine, from its start to its death. While it has no work it keeps nobody's event
 * loop alive.
 */
export class EngineChild {
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #log = new LastLines();
  readonly #onDeath: (death: Death) => void;
  #lastCall = 0;
  #lastSign = 0;
  #watch: NodeJS.Timeout | undefined;
  #killedBecause: Pick<Death, "how" | "isWanted"> | undefined;
  #death: Death | undefined;
  #whenDead: (() => void)[] = [];

  /** @param onDeath - told at once, before calls that were under way are rejected. */
  constructor(options: ChildOptions, onDeath: (death: Death) => void) {
    this.#options = options;
    this.#onDeath = onDeath;
    this.#process = fork(options.file, [], {
      serialization: "advanced",
      // Not those of the parent: a second debugger would want its port.
      execArgv: [],
      env: childEnvironment(process.env, process.versions),
      // Nothing but the caller writes to standard output.
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    endWithParent(this.#process);
    this.#listen();
    this.#rest();
  }

  get isDead(): boolean {
    return this.#death !== undefined || this.#killedBecause !== undefined;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** @throws Error with a code as the addon's own; {@link EngineDeath} where the process ends meanwhile. */
  call<Method extends keyof Results>(
    call: Extract<Call, { method: Method }>,
    told: Partial<Pick<Pending, "onProgress" | "onDecodeSeconds">> = {},
  ): RunningCall<Results[Method]> {
    if (this.#death !== undefined) {
      return { result: Promise.reject(new EngineDeath(this.#death)), cancel: () => {} };
    }
    const id = ++this.#lastCall;
    const result = new Promise<Results[Method]>((resolve, reject) => {
      if (this.#pending.size === 0) this.#work();
      this.#pending.set(id, {
        resolve,
        reject,
        onProgress: told.onProgress,
        onDecodeSeconds: told.onDecodeSeconds,
        grace: undefined,
      });
      this.#send({ kind: "call", id, call });
    });
    return { result, cancel: () => this.#cancel(id) };
  }

  /** Ends the process; resolves when it has ended. */
  kill(how = "was ended", isWanted = true): Promise<void> {
    if (this.#death !== undefined) return Promise.resolve();
    this.#killedBecause ??= { how, isWanted };
    this.#process.ref(); // whoever waits for the end is to see it
    this.#process.kill("SIGKILL");
    return new Promise((resolve) => this.#whenDead.push(resolve));
  }

  #listen(): void {
    const { stderr } = this.#process;
    const decoder = new StringDecoder("utf8");
    stderr?.on("data", (chunk: Buffer) => {
      const text = decoder.write(chunk);
      this.#log.add(text);
      this.#options.onLog?.(text);
    });
    let open = 3;
    let lastWords: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(lastWords);
      this.#die(nameOfEnd(this.#process));
    };
    const ended = (): void => {
      if (--open === 0) end();
    };
    this.#process.once("exit", () => {
      // A process of its own that it left behind may hold its standard error.
      lastWords = setTimeout(end, LAST_WORDS_MS);
      ended();
    });
    stderr?.once("close", ended);
    // Results that were sent before the end have arrived when the channel is closed.
    this.#process.once("disconnect", () => {
      this.#process.kill("SIGKILL"); // does nothing where that is why
      ended();
    });
    this.#process.once("error", (error) => this.#die(`could not be started: ${error.message}`));
    this.#process.on("message", (message) => this.#receive(message as FromChild));
  }

  #receive(message: FromChild): void {
    this.#lastSign = performance.now();
    if (message.kind === "alive") return;
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === "progress") {
      pending.onProgress?.(message.share);
      return;
    }
    this.#forget(message.id, pending);
    if (message.kind === "failure") {
      pending.reject(new NativeFailure(message.code, message.message, message.cause));
      return;
    }
    if (message.decodeSeconds !== undefined) pending.onDecodeSeconds?.(message.decodeSeconds);
    pending.resolve(message.value as never);
  }

  #forget(id: number, { grace }: Pending): void {
    clearTimeout(grace);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#rest();
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.grace !== undefined) return;
    this.#send({ kind: "cancel", id });
    pending.grace = setTimeout(() => {
      void this.kill("was killed because a call that was aborted did not end", true);
    }, this.#options.graceMs);
  }

  #send(message: ToChild): void {
    // Where the channel is closed, the process has ended or soon will.
    this.#process.send(message, undefined, {}, () => {});
  }

  /** With work to do, the event loop waits for the child, and the child is watched. */
  #work(): void {
    this.#process.ref();
    this.#process.channel?.ref?.();
    this.#lastSign = performance.now();
    const { hangMs } = this.#options;
    this.#watch = setInterval(
      () => {
        if (performance.now() - this.#lastSign < hangMs) return;
        const how = `was killed because nothing had come of it for ${Math.round(hangMs / 1000)} s`;
        void this.kill(how, false);
      },
      Math.min(hangMs / 10, MOST_BETWEEN_LOOKS_MS),
    ).unref();
  }

  #rest(): void {
    clearInterval(this.#watch);
    this.#process.unref();
    this.#process.channel?.unref?.();
    // A pipe, which is a socket; the type does not say so.
    (this.#process.stderr as { unref?: () => void } | null)?.unref?.();
  }

  #die(how: string): void {
    if (this.#death !== undefined) return;
    this.#death = { how, isWanted: false, ...this.#killedBecause, log: this.#log.lines };
    const error = new EngineDeath(this.#death);
    this.#onDeath(this.#death);
    for (const [id, pending] of this.#pending) {
      this.#forget(id, pending);
      pending.reject(error);
    }
    for (const resolve of this.#whenDead) resolve();
  }
}

function nameOfEnd({ signalCode, exitCode }: ChildProcess): string {
  if (signalCode === "SIGKILL") {
    return "was ended by SIGKILL, which is what the system does where memory runs out";
  }
  return signalCode === null ? `ended with exit code ${exitCode}` : `was ended by ${signalCode}`;
}
