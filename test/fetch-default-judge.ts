import { pullJudge } from "../src/engine/models/fetch.ts";

/** Fetches the default judge once, before the tests that use it; a cached one is used as it is. */
export default async function fetchDefaultJudge(): Promise<void> {
  await pullJudge("smollm2-135m");
}
