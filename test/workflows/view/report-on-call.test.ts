import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type MadeReport, ReportOnCall } from "../../../src/workflows/view/report-on-call.ts";

const REPORT: MadeReport = { markup: { head: "", links: "", sections: "" }, page: "<p>" };

/** A report that is made when the test says so, and how often it was begun and given up. */
function callable() {
  const told = { begun: 0, givenUp: 0, tell: (_: number) => {} };
  let finish = (): void => {};
  const isFinished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const report = new ReportOnCall(({ signal, onProgress }) => {
    told.begun++;
    told.tell = onProgress;
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        told.givenUp++;
        reject(signal.reason);
      });
      void isFinished.then(() => resolve(REPORT));
    });
  });
  return { report, told, finish };
}

const STAYS = new AbortController().signal;

describe("a report on call", () => {
  it("is begun when it is first asked for, once for all who ask", async () => {
    const { report, told, finish } = callable();
    await setImmediate();
    expect(told.begun).toBe(0);
    const asked = [report.wait(STAYS), report.wait(STAYS)];
    finish();
    expect(await Promise.all(asked)).toEqual([REPORT, REPORT]);
    expect(await report.wait(STAYS)).toBe(REPORT);
    expect(told).toMatchObject({ begun: 1, givenUp: 0 });
  });

  it("says how much of it is done", () => {
    const { report, told } = callable();
    expect(report.share).toBe(0);
    void report.wait(STAYS);
    told.tell(0.25);
    expect(report.share).toBe(0.25);
  });

  it("is given up when the last who waits leaves, and begun anew for the next", async () => {
    const { report, told } = callable();
    const [one, other] = [new AbortController(), new AbortController()];
    const asked = Promise.allSettled([report.wait(one.signal), report.wait(other.signal)]);
    one.abort();
    expect(told.givenUp).toBe(0);
    other.abort();
    expect(told.givenUp).toBe(1);
    expect(report.share).toBe(0);
    expect((await asked).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    void report.wait(STAYS);
    expect(told.begun).toBe(2);
  });

  it("is kept when those who asked leave after it was made", async () => {
    const { report, told, finish } = callable();
    const left = new AbortController();
    finish();
    await report.wait(left.signal);
    left.abort();
    await report.wait(STAYS);
    expect(told).toMatchObject({ begun: 1, givenUp: 0 });
  });

  it("that failed is tried again", async () => {
    let begun = 0;
    const report = new ReportOnCall(async () => {
      begun++;
      if (begun === 1) throw new Error("no score");
      return REPORT;
    });
    await expect(report.wait(STAYS)).rejects.toThrow("no score");
    expect(await report.wait(STAYS)).toBe(REPORT);
  });

  it("is not begun for who has left already", async () => {
    const { report, told } = callable();
    await expect(report.wait(AbortSignal.abort())).rejects.toThrow();
    expect(told.begun).toBe(0);
  });
});
