// A LoRA adapter on a sound judge.
import { fileTarget } from "../file-target.mjs";
import { encodeGguf, tinyAdapter } from "../gguf.mjs";
import { mutateGguf } from "../gguf-mutations.mjs";
import { scored, structuredCopy } from "../judge-target.mjs";
import { TEXTS } from "../mutate.mjs";
import { Random } from "../random.mjs";
import { seedFiles } from "../seeds.mjs";

export const target = fileTarget({
  name: "adapter.gguf",
  prepare: seedFiles,
  seed: () => structuredCopy(tinyAdapter(new Random("adapter"))),
  change(adapter, random) {
    mutateGguf(adapter, random, TEXTS);
    return adapter;
  },
  encode: encodeGguf,
  read: (file, { judge }) => scored(judge, { lora: [{ path: file, scale: 1 }], isolation: "none" }),
});
