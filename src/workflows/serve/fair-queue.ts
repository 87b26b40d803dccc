import type { JobUnit, ScoreJob } from "./score-job.ts";

/**
 * Jobs that have something to score. Clients take turns, and so do the jobs of each client, one unit at a
 * time: neither a long job nor many jobs of one client hold up what another one asks for.
 */
export class FairQueue {
  /** In the order of their turns, as are the jobs of each. */
  readonly #clients = new Map<object, Set<ScoreJob>>();

  add(job: ScoreJob): void {
    const jobs = this.#clients.get(job.client);
    if (jobs === undefined) this.#clients.set(job.client, new Set([job]));
    else jobs.add(job);
  }

  remove(job: ScoreJob): void {
    const jobs = this.#clients.get(job.client);
    if (jobs?.delete(job) === true && jobs.size === 0) this.#clients.delete(job.client);
  }

  /** The next unit in turn; `undefined` where no job has one for now. */
  take(): JobUnit | undefined {
    for (const [client, jobs] of this.#clients) {
      for (const job of jobs) {
        const unit = job.take();
        if (unit === undefined) continue;
        this.#toTheEnd(client, jobs, job);
        return unit;
      }
    }
    return undefined;
  }

  #toTheEnd(client: object, jobs: Set<ScoreJob>, job: ScoreJob): void {
    // A job that has ended in the meantime was taken out.
    if (!jobs.delete(job)) return;
    jobs.add(job);
    this.#clients.delete(client);
    this.#clients.set(client, jobs);
  }
}
