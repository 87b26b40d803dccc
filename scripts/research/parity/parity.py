#!/usr/bin/env python3
"""Compares a run's score logits with Hugging Face transformers on the same weights.

The judge's GGUF file is loaded by transformers and dequantised to float32. Every prompt of the run
is read from its exact token ids; at the score position (the last token) the hidden state h_l after
every layer gives the normed logits W_k . N(h_l) and the raw logits W_k . h_l, which must be those in
the run file. The score, with uniform weights over layers 1..L, is computed again too.

llama.cpp's CPU kernels round activations to 8 bits for quantised weights, which alone moves logits
by 0.6 to 0.8: compare with F16 weights made from the judge. There activations and the KV cache are
still rounded to F16, which a single odd token can amplify in the layers that it passes; with F32
weights and an F32 KV cache nothing above 1e-4 should remain (0.02 for Gemma, whose GELU llama.cpp
looks up in an F16 table).

    pip install torch transformers accelerate gguf
    lager-requantize judge.gguf judge-f16.gguf F16     # built with the C++ tests
    lager score items.jsonl --judge judge-f16.gguf --include tokens --limit 20 -o run.jsonl
    python scripts/research/parity/parity.py judge-f16.gguf run.jsonl

What is compared, and with what tolerance:

    normed   |difference| of each logit of each layer               --tolerance-logit  (0.05)
    raw      the same, divided by the root mean square of h_l where
             that is above one: raw logits grow with h_l           --tolerance-raw    (0.1)
    score    |difference| of the aggregated score, if the run's
             layers are 1..L and its weights are uniform            --tolerance-score  (0.005)
    eScore   reported only: the last layer alone, without the
             averaging that damps noise

A table goes to standard error, a JSON summary to standard output. Exit codes: 0 within tolerance,
1 beyond it, 2 the comparison could not be made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

PROBE_TOLERANCE = 1e-3


class ParityError(Exception):
    """The comparison cannot be made; the message says why and what to do."""


# ---- The run file ----


@dataclass(frozen=True)
class Run:
    layers: int
    sha256: str
    score_tokens: list[int]
    values: list[float]
    projection: str
    covers_all_layers: bool
    scores: list[dict[str, Any]]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ParityError(f"{path}:{number}: not JSON: {error}") from error


def read_run(path: Path, limit: int | None) -> Run:
    lines = read_lines(path)
    header = next(lines, None)
    if header is None or header.get("kind") != "run":
        raise ParityError(f"{path}: the first line is not a run header")
    if header.get("schema") != 1:
        raise ParityError(f"{path}: run format {header.get('schema')}; this script reads 1")
    options = header["options"]
    score_tokens = options.get("scoreTokens")
    if not isinstance(score_tokens, list) or len(score_tokens) != len(header["labels"]):
        raise ParityError(
            f"{path}: options.scoreTokens must hold one token id for each of the "
            f"{len(header['labels'])} labels; write the run anew with this version of lager"
        )
    scores = []
    for line in lines:
        if limit is not None and len(scores) == limit:
            break
        if line["kind"] == "score":
            scores.append(line)
    if not scores:
        raise ParityError(f"{path}: no scored item")
    layers = header["judge"]["layers"]
    chosen = options.get("layers")
    return Run(
        layers=layers,
        sha256=header["judge"]["sha256"],
        score_tokens=score_tokens,
        values=header["values"],
        projection=options.get("projection", "normed"),
        covers_all_layers=chosen == "all" or chosen == list(range(1, layers + 1)),
        scores=scores,
    )


# ---- The reference model ----


@dataclass(frozen=True)
class LayerLogits:
    """Float64 tensors; row 0 is the token embedding."""

    normed: torch.Tensor  # [layers + 1, labels]
    raw: torch.Tensor  # [layers + 1, labels]
    hidden_rms: torch.Tensor  # [layers + 1]


class ReferenceModel:
    """A transformers model whose residual stream is read at the last position of a prompt."""

    def __init__(self, gguf: Path, score_tokens: list[int]) -> None:
        try:
            self.model = AutoModelForCausalLM.from_pretrained(
                str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32
            ).eval()
        except (ImportError, ValueError) as error:
            raise ParityError(f"transformers cannot load {gguf}: {error}") from error
        decoder = self.model.get_decoder()
        self.norm = next(
            (
                module
                for name in ("norm", "final_layernorm", "ln_f")
                if (module := getattr(decoder, name, None)) is not None
            ),
            None,
        )
        if self.norm is None or not hasattr(decoder, "layers"):
            raise ParityError(f"{type(self.model).__name__}: no `layers` and output norm found")
        self.layers = decoder.layers
        self.score_tokens = torch.tensor(score_tokens)
        head = self.model.get_output_embeddings()
        self.head_rows = head.weight[self.score_tokens]  # [labels, embedding]
        bias = getattr(head, "bias", None)
        self.head_bias = None if bias is None else bias[self.score_tokens]
        # The last entry of transformers' own list of hidden states is already normed, so the
        # residual stream is taken from the layers themselves.
        self.residual: list[torch.Tensor] = []
        self.layers[0].register_forward_pre_hook(self._keep_input, with_kwargs=True)
        for layer in self.layers:
            layer.register_forward_hook(self._keep_output)

    def _keep_input(self, _module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        hidden = args[0] if args else kwargs["hidden_states"]
        self.residual = [hidden[0, -1]]

    def _keep_output(self, _module: Any, _args: Any, output: Any) -> None:
        hidden = output[0] if isinstance(output, tuple) else output
        self.residual.append(hidden[0, -1])

    def _head(self, hidden: torch.Tensor) -> torch.Tensor:
        logits = hidden @ self.head_rows.T
        if self.head_bias is not None:
            logits = logits + self.head_bias
        scale = getattr(self.model, "logit_scale", None)  # Cohere
        if scale is not None:
            logits = logits * scale
        cap = getattr(self.model.config, "final_logit_softcapping", None)  # Gemma
        if cap is not None:
            logits = torch.tanh(logits / cap) * cap
        return logits

    @torch.inference_mode()
    def layer_logits(self, tokens: list[int]) -> LayerLogits:
        own = self.model(torch.tensor([tokens]), use_cache=False, logits_to_keep=1).logits[0, -1]
        hidden = torch.stack(self.residual)  # [layers + 1, embedding]
        if len(hidden) != len(self.layers) + 1:
            raise ParityError(f"{len(hidden)} hidden states of {len(self.layers)} layers were seen")
        normed = self._head(self.norm(hidden))
        unlike = (normed[-1] - own[self.score_tokens]).abs().max().item()
        if not unlike <= PROBE_TOLERANCE:
            raise ParityError(
                f"{type(self.model).__name__}: the head as this script knows it differs from the "
                f"model's own logits by {unlike:.3g}"
            )
        return LayerLogits(
            normed=normed.double(),
            raw=self._head(hidden).double(),
            hidden_rms=hidden.double().square().mean(dim=-1).sqrt(),
        )


def expectation(logits: torch.Tensor, values: list[float]) -> float:
    """Sum of the values under the softmax of one row of logits."""
    return float(torch.softmax(logits, dim=-1) @ torch.tensor(values, dtype=torch.float64))


# ---- The comparison ----


@dataclass
class Comparison:
    """Largest differences so far. Lists: one entry for each of layers 0..L, None if not compared."""

    layers: int
    normed: list[float | None] = field(init=False)
    raw: list[float | None] = field(init=False)
    raw_scaled: list[float | None] = field(init=False)
    score: float | None = None
    e_score: float | None = None

    def __post_init__(self) -> None:
        self.normed, self.raw, self.raw_scaled = ([None] * (self.layers + 1) for _ in range(3))

    def add_logits(self, line: dict[str, Any], reference: LayerLogits) -> None:
        for kind in ("normed", "raw"):
            rows = line["logits"][kind]
            if len(rows) != self.layers + 1:
                raise ParityError(
                    f"{place(line)}: {len(rows)} rows of {kind} logits; "
                    f"{self.layers + 1} are expected"
                )
            for layer, row in enumerate(rows):
                if row is None:
                    continue
                expected = getattr(reference, kind)[layer]
                if len(row) != len(expected):
                    raise ParityError(f"{place(line)}: layer {layer} has {len(row)} {kind} logits")
                difference = (torch.tensor(row, dtype=torch.float64) - expected).abs().max().item()
                largest = getattr(self, kind)
                largest[layer] = larger(largest[layer], difference)
                if kind == "raw":
                    scaled = difference / max(1.0, reference.hidden_rms[layer].item())
                    self.raw_scaled[layer] = larger(self.raw_scaled[layer], scaled)

    def add_scores(self, line: dict[str, Any], reference: LayerLogits, run: Run) -> None:
        if run.covers_all_layers:
            logits = getattr(reference, run.projection)[1:].mean(dim=0)
            difference = abs(expectation(logits, run.values) - line["score"])
            self.score = larger(self.score, difference)
        difference = abs(expectation(reference.normed[-1], run.values) - line["eScore"])
        self.e_score = larger(self.e_score, difference)


def larger(before: float | None, difference: float) -> float:
    """The larger difference. NaN counts as infinite, so that it is never within tolerance."""
    if math.isnan(difference):
        return math.inf
    return difference if before is None else max(before, difference)


def place(line: dict[str, Any]) -> str:
    return f"item {line['id']}, criterion {line['criterion']}"


def require_layers(line: dict[str, Any], run: Run) -> None:
    """A row that was not captured is only right where the run left layers out."""
    rows = line["logits"]["normed"]
    missing = [layer for layer, row in enumerate(rows) if row is None and layer > 0]
    if missing and (run.covers_all_layers or len(missing) == run.layers):
        raise ParityError(f"{place(line)}: no normed logits of layers {missing}")


def compare(gguf: Path, run: Run) -> Comparison:
    reference_model = ReferenceModel(gguf, run.score_tokens)
    if len(reference_model.layers) != run.layers:
        raise ParityError(
            f"the run has {run.layers} layers, {gguf.name} has {len(reference_model.layers)}"
        )
    comparison = Comparison(run.layers)
    for number, line in enumerate(run.scores, start=1):
        tokens = line.get("tokens")
        if not tokens:
            raise ParityError(f"{place(line)}: no tokens; score with `--include tokens`")
        if len(tokens) != line["promptTokens"]:
            raise ParityError(
                f"{place(line)}: {len(tokens)} tokens, but promptTokens is {line['promptTokens']}"
            )
        print(f"\r{number}/{len(run.scores)} prompts", end="", file=sys.stderr, flush=True)
        reference = reference_model.layer_logits(tokens)
        require_layers(line, run)
        comparison.add_logits(line, reference)
        comparison.add_scores(line, reference, run)
    print(file=sys.stderr)
    return comparison


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def print_table(comparison: Comparison) -> None:
    print("largest differences\nlayer     normed        raw  raw / rms", file=sys.stderr)
    rows = zip(comparison.normed, comparison.raw, comparison.raw_scaled, strict=True)
    for layer, (normed, raw, raw_scaled) in enumerate(rows):
        cells = ("-" if cell is None else f"{cell:.5f}" for cell in (normed, raw, raw_scaled))
        print(f"{layer:5} " + " ".join(f"{cell:>10}" for cell in cells), file=sys.stderr)


def largest_of(differences: list[float | None]) -> float | None:
    return max((value for value in differences if value is not None), default=None)


def within(difference: float | None, tolerance: float) -> bool:
    """Whether a difference is tolerable; what was not compared (None) does not count."""
    return difference is None or difference <= tolerance


def summarize(comparison: Comparison, run: Run, args: argparse.Namespace) -> dict[str, Any]:
    normed, raw_scaled = largest_of(comparison.normed), largest_of(comparison.raw_scaled)
    passed = (
        within(normed, args.tolerance_logit)
        and within(raw_scaled, args.tolerance_raw)
        and within(comparison.score, args.tolerance_score)
    )
    return {
        "passed": passed,
        "prompts": len(run.scores),
        "maxNormed": normed,
        "maxRaw": largest_of(comparison.raw),
        "maxRawScaled": raw_scaled,
        "maxScore": comparison.score,  # null: the run's layers are not 1..L
        "maxEScore": comparison.e_score,
        "toleranceLogit": args.tolerance_logit,
        "toleranceRaw": args.tolerance_raw,
        "toleranceScore": args.tolerance_score,
        "normedByLayer": comparison.normed,
        "rawByLayer": comparison.raw,
    }


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Compare a run's score logits with Hugging Face transformers.",
        epilog="See the top of this file for how to make the two inputs.",
    )
    parser.add_argument("gguf", type=Path, help="the judge's weights, F16 or F32")
    parser.add_argument("run", type=Path, help="a run of that judge with `--include tokens`")
    parser.add_argument("--limit", type=int, help="compare only the first N scores")
    parser.add_argument("--tolerance-logit", type=float, default=0.05)
    parser.add_argument("--tolerance-raw", type=float, default=0.1)
    parser.add_argument("--tolerance-score", type=float, default=0.005)
    return parser.parse_args()


def main() -> int:
    args = parse_arguments()
    try:
        run = read_run(args.run, args.limit)
        if sha256(args.gguf) != run.sha256:
            raise ParityError(f"{args.run} was made with another file than {args.gguf}")
        comparison = compare(args.gguf, run)
    except (ParityError, OSError) as error:
        print(f"\nparity: {error}", file=sys.stderr)
        return 2
    print_table(comparison)
    summary = summarize(comparison, run, args)
    print(json.dumps(summary, indent=2))
    return 0 if summary["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
