"""A judge as the LAGER reference implementation runs one: Hugging Face transformers in float32,
every prompt whole, with all hidden states. The weights are the GGUF's, dequantised.

    python whole_prompts.py '{"path": ..., "threads": 2}'

Reads requests {"promptsFile": ...} on standard input, one a line, and answers each with a line of
JSON; before the first it says what it loaded. The LM head runs for the last position alone, which
the reference does not do and which favours this contender.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModelForCausalLM


def load(path: Path) -> Any:
    return AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.float32
    ).eval()


@torch.inference_mode()
def lager_score(model: Any, tokens: list[int], labels: torch.Tensor, values: torch.Tensor) -> float:
    """The expectation over the mean of all layers' normed logits, uniform weights."""
    output = model(
        torch.tensor([tokens]), use_cache=False, output_hidden_states=True, logits_to_keep=1
    )
    # Embedding and layers 1..L; the last one comes with the output norm applied already.
    hidden = torch.stack([layer[0, -1] for layer in output.hidden_states[1:]])
    normed = torch.cat([model.model.norm(hidden[:-1]), hidden[-1:]])
    logits = (normed @ model.get_output_embeddings().weight[labels].T).mean(dim=0)
    return float(torch.softmax(logits, dim=-1) @ values)


def answer(model: Any, request: dict[str, Any]) -> dict[str, Any]:
    work = json.loads(Path(request["promptsFile"]).read_text())
    labels, values = torch.tensor(work["labels"]), torch.tensor(work["values"], dtype=torch.float32)
    prompts, difference = work["prompts"], 0.0
    started = time.perf_counter()
    for prompt in prompts:
        score = lager_score(model, prompt["tokens"], labels, values)
        difference = max(difference, abs(score - prompt["score"]))
    return {
        "seconds": time.perf_counter() - started,
        "prompts": len(prompts),
        "tokens": sum(len(prompt["tokens"]) for prompt in prompts),
        "difference": difference,
    }


def main() -> None:
    options = json.loads(sys.argv[1])
    torch.set_num_threads(options["threads"])
    started = time.perf_counter()
    model = load(Path(options["path"]))
    ready = {
        "loadSeconds": time.perf_counter() - started,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    print(json.dumps(ready), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(model, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
