// npx vitest run answers.test.ts
import "lager-judge/vitest";
import { expect, it } from "vitest";

async function answer(_question: string): Promise<string> {
  return "Open Settings, choose Account, then Reset password. A link comes by mail.";
}

// The first test loads the judge, and the very first fetches it.
it("the reply is helpful", { timeout: 120_000 }, async () => {
  const instruction = "How do I reset my password?";
  await expect(await answer(instruction)).toScoreAtLeast(0.2, {
    ...{ judge: "smollm2-135m", instruction, criteria: ["helpfulness"] },
  });
});
