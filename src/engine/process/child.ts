// The engine's process: it holds the addon, and does what its parent asks for in messages. Started by
// engine-child.ts, never imported.
import { writeFileSync } from "node:fs";
import { errorMessage, isErrorCode } from "../../base/errors.ts";
import type { NativeCancelFlag, NativeJudge } from "../addon/boundary.ts";
import { nativeAddon } from "../addon/load-addon.ts";
import type { Call, FromChild, JudgeCall, Results, ToChild } from "./messages.ts";

/** How often the parent is told that a long call goes on. */
const ALIVE_MS = 5000;

const judges = new Map<number, NativeJudge>();
const running = new Map<number, NativeCancelFlag>();
/** Flags that were not raised: each is a native object that stays until the heap is collected. */
const unusedFlags: NativeCancelFlag[] = [];
let lastJudge = 0;

function send(message: FromChild): void {
  // A parent that is gone ends this process by the event below; there is nothing to tell it.
  process.send?.(message, undefined, {}, () => {});
}

async function receive(message: ToChild): Promise<void> {
  if (message.kind === "cancel") {
    const flag = running.get(message.id);
    if (flag !== undefined) nativeAddon().cancel(flag);
    running.delete(message.id); // a raised flag serves no other call
    return;
  }
  const { id, call } = message;
  let flag: NativeCancelFlag | undefined;
  try {
    flag = unusedFlags.pop() ?? nativeAddon().newCancelFlag();
    running.set(id, flag);
    const value = await perform(id, call, flag);
    const spent = "judge" in call ? judges.get(call.judge)?.decodeSeconds() : undefined;
    send({ kind: "result", id, value, ...(spent !== undefined && { decodeSeconds: spent }) });
  } catch (error) {
    sendFailure(id, error);
  } finally {
    if (running.delete(id) && flag !== undefined) unusedFlags.push(flag);
  }
}

function sendFailure(id: number, error: unknown): void {
  const code =
    error instanceof Error && "code" in error && isErrorCode(error.code) ? error.code : "INTERNAL";
  const message = errorMessage(error);
  const cause = error instanceof Error ? error.cause : undefined;
  send({
    ...{ kind: "failure", id, code, message },
    ...(cause !== undefined && { cause: errorMessage(cause) }),
  });
}

function perform(
  id: number,
  call: Call,
  flag: NativeCancelFlag,
): Promise<Results[Call["method"]] | undefined> | Results[Call["method"]] {
  const addon = nativeAddon();
  switch (call.method) {
    case "initialize":
      // The message below is not heard by a process that is stopped.
      addon.endWithParent();
      return addon.initialize(call.libraryDirectory, call.plugins, call.verbose, true);
    case "loadJudge":
      return load(id, call, flag);
    case "architectureOf":
      return addon.architectureOf(call.path);
    default:
      return performOn(judgeOf(call), call, flag);
  }
}

async function load(
  id: number,
  { request }: Extract<Call, { method: "loadJudge" }>,
  flag: NativeCancelFlag,
): Promise<Results["loadJudge"]> {
  const native = await nativeAddon().loadJudge(request, flag, (share) =>
    send({ kind: "progress", id, share }),
  );
  const judge = ++lastJudge;
  judges.set(judge, native);
  return {
    judge,
    info: native.info(),
    metadata: native.metadata(),
    specialTokens: native.specialTokens(),
  };
}

function judgeOf({ judge }: JudgeCall): NativeJudge {
  const native = judges.get(judge);
  if (native === undefined) throw new Error(`there is no judge ${judge} here`);
  return native;
}

function performOn(judge: NativeJudge, call: JudgeCall, flag: NativeCancelFlag) {
  switch (call.method) {
    case "tokenText":
      return judge.tokenText(call.token);
    case "textOf":
      return judge.textOf(call.tokens);
    case "tokenize":
      return judge.tokenize(call.texts, call.special);
    case "capture":
      return judge.capture(call.request, flag);
    case "captureBatch":
      return judge.captureBatch(call.request, flag);
    case "generate":
      return judge.generate(call.request, flag);
    case "dispose":
      judges.delete(call.judge);
      return judge.dispose().then(() => undefined);
  }
}

/** Tells the parent of calls that take long as long as they get on. */
function watchDecoding(): void {
  let before = 0;
  setInterval(() => {
    let spent = 0;
    for (const judge of judges.values()) spent += judge.decodeSeconds();
    if (spent > before) send({ kind: "alive" });
    before = spent;
  }, ALIVE_MS).unref();
}

/** Where memory runs out, the kernel is to end this process and not its parent. */
function volunteerForTheKernel(): void {
  if (process.platform !== "linux") return;
  try {
    writeFileSync("/proc/self/oom_score_adj", "500");
  } catch {
    // It may be forbidden; then the kernel decides.
  }
}

// A terminal sends its signals to all processes of a command. What they mean decides the parent.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
// The parent has ended, however it did. Native work does not hold this up: it runs on other threads.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message) => void receive(message as ToChild));
process.title = "lager engine";
volunteerForTheKernel();
watchDecoding();
