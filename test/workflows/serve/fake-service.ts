import { LagerError } from "../../../src/base/errors.ts";
import type { RunHeader } from "../../../src/run/run-format.ts";
import { ScoreService, type ServiceJudge } from "../../../src/workflows/serve/score-service.ts";
import { HEADER } from "../../fixtures/example-run.ts";
import { FakeSession } from "./fake-session.ts";

/** A session that can say what it is of. */
export class FakeServiceSession extends FakeSession {
  header(): RunHeader {
    return { ...HEADER, task: this.task };
  }
}

/** A judge that is there at once, and what became of it. */
export class FakeJudge implements ServiceJudge {
  readonly opened: unknown[] = [];
  readonly session: FakeServiceSession;
  isDisposed = false;

  constructor({ isHeld = false } = {}) {
    this.session = new FakeServiceSession({ isHeld });
  }

  async openSession(task: unknown): Promise<FakeServiceSession> {
    if (task === "nope") throw new LagerError("INVALID_ARGUMENT", "no such task");
    this.opened.push(task);
    return this.session;
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
  }
}

/** A service on fake judges: the last of the list is the one that it has. */
export async function fakeService({
  isHeld = false,
  mostWaiting,
}: {
  readonly isHeld?: boolean;
  readonly mostWaiting?: number;
} = {}): Promise<{ service: ScoreService; judges: FakeJudge[]; judge: FakeJudge }> {
  const judge = new FakeJudge({ isHeld });
  const judges: FakeJudge[] = [];
  const load = async () => {
    const next = judges.length === 0 ? judge : new FakeJudge();
    judges.push(next);
    return next;
  };
  return { service: await ScoreService.open({ judge: "fake", mostWaiting }, load), judges, judge };
}
