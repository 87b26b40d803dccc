import { expect, it } from "vitest";
import type { ScoreService } from "../../../src/workflows/serve/score-service.ts";
import { collect } from "../../support/collect.ts";
import { rejection } from "../../support/errors.ts";
import { fakeService } from "./fake-service.ts";
import { itemsOf } from "./fake-session.ts";

const ask = async (service: ScoreService, ...responses: string[]) =>
  collect(await service.score({ items: itemsOf(...responses) }));

it("a service opens a session once for each task, and says what went wrong with one", async () => {
  const { service, judge } = await fakeService();
  const object = { name: "own" };
  for (const task of ["summeval", object, undefined, "summeval", { ...object }]) {
    await collect(await service.score({ task, items: itemsOf("a") }));
  }
  await rejection(service.score({ task: "nope", items: [] }), "INVALID_ARGUMENT");
  expect(judge.opened).toEqual([undefined, "summeval", object]);
  expect(service.facts).toMatchObject({ judge: { name: "tiny" }, task: { name: "fake" } });
  expect((await service.tasks()).map(({ name }) => name)).toContain("summeval");
});

it("a service whose engine is lost loads the judge anew for the next request", async () => {
  const { service, judges } = await fakeService();
  await rejection(ask(service, "good", "lost"), "ENGINE_LOST");
  expect(service.health()).toMatchObject({ status: "reloading" });
  expect(await ask(service, "good")).toHaveLength(2);
  expect(service.health()).toMatchObject({ status: "ok" });
  expect(judges.map(({ isDisposed }) => isDisposed)).toEqual([true, false]);
});

it("a service tells scores without their logits, counts them, and frees its judge", async () => {
  const { service, judge } = await fakeService();
  const [first] = await ask(service, "good", "unready");
  expect(first).toMatchObject({
    index: 0,
    outcome: { kind: "score", score: 4, values: [1, 2, 3] },
  });
  expect(first?.outcome).not.toHaveProperty("nodes");
  expect(service.health()).toMatchObject({ scores: 2, failures: 2, requests: 0 });
  await service.close();
  expect(service.health().status).toBe("stopping");
  await rejection(ask(service, "late"), "DISPOSED");
  expect(judge.isDisposed).toBe(true);
});
