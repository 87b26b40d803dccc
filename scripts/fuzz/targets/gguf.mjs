// A judge's file: header, hyperparameters, tokenizer, chat template, tensors; loaded, and scored with.
import { judgeTarget } from "../judge-target.mjs";

export const target = judgeTarget({ isolation: "none" });
