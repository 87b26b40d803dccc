// npx evalite run answers.eval.ts
import { evalite } from "evalite";
import { lagerScorer } from "lager-judge/scorer";

const ANSWERS: Readonly<Record<string, string>> = {
  "How do I reset my password?": "Open Settings, choose Account, then Reset password.",
  "Can I get a refund?": "Within 30 days, yes: write to us with your order's number.",
};

evalite("Replies of a support desk", {
  data: Object.keys(ANSWERS).map((input) => ({ input })),
  task: async (input: string) => ANSWERS[input] ?? "",
  scorers: [
    lagerScorer({ judge: "smollm2-135m", criteria: ["helpfulness"] }),
    lagerScorer({ judge: "smollm2-135m", name: "overall" }),
  ],
});
