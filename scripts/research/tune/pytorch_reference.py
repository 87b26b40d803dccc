#!/usr/bin/env python3
"""Records what PyTorch learns with the paper's loss, for test/analysis/tune/pytorch.test.ts.

    pip install torch
    python scripts/research/tune/pytorch_reference.py > test/analysis/tune/pytorch-reference.json

Gradients are autograd's and steps are torch.optim.Adam's, in float64. The loss is that of LAGER
(arXiv 2508.03550): sigmoid(alpha) * CE + (1 - sigmoid(alpha)) * (score - y)^2, the mean over a batch.
What the two sides must agree on is made again here: the order of the rows (sfc32 and Fisher-Yates),
and the class of the cross-entropy (the nearest label, of two as near the lower).
"""

from __future__ import annotations

import json
import sys

import torch

MASK = 0xFFFFFFFF
LEARNING_RATE = 0.01
FIRST_ALPHA = 0.5


class Sfc32:
    def __init__(self, seed: int) -> None:
        self.a, self.b, self.c, self.counter = seed & MASK, (seed >> 32) & MASK, 0, 1
        for _ in range(15):
            self()

    def __call__(self) -> float:
        total = (self.a + self.b + self.counter) & MASK
        self.counter = (self.counter + 1) & MASK
        self.a = self.b ^ (self.b >> 9)
        self.b = (self.c + (self.c << 3)) & MASK
        self.c = (((self.c << 21) | (self.c >> 11)) + total) & MASK
        return total / 2**32


def shuffled(count: int, random: Sfc32) -> list[int]:
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = int(random() * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def label_log_probabilities(theta, nodes, lines):
    """ln p_k of lines, shape [lines, labels]: sums along the labels' paths through the nodes."""
    weights = torch.softmax(theta, dim=0)
    total = None
    for node in nodes:
        aggregated = torch.einsum("l,nlo->no", weights, node["logits"][lines])
        logs = torch.log_softmax(aggregated, dim=-1)
        columns = [
            logs[:, outcome] if outcome >= 0 else torch.zeros(len(lines), dtype=torch.float64)
            for outcome in node["outcomeOf"]
        ]
        labels = torch.stack(columns, dim=1)
        total = labels if total is None else total + labels
    return total


def learn(values, nodes, targets, layers, epochs, batch, seed):
    theta = torch.zeros(layers, dtype=torch.float64, requires_grad=True)
    alpha = torch.tensor(FIRST_ALPHA, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([theta, alpha], lr=LEARNING_RATE)
    random = Sfc32(seed)
    classes = torch.tensor([int(torch.argmin((values - y).abs())) for y in targets])
    for _ in range(epochs):
        order = shuffled(len(targets), random)
        for start in range(0, len(order), batch):
            lines = order[start : start + batch]
            logs = label_log_probabilities(theta, nodes, lines)
            score = logs.exp() @ values
            cross_entropy = torch.nn.functional.nll_loss(logs, classes[lines], reduction="none")
            share = torch.sigmoid(alpha)
            loss = share * cross_entropy + (1 - share) * (score - targets[lines]) ** 2
            optimizer.zero_grad()
            loss.mean().backward()
            optimizer.step()
    return theta.detach(), alpha.detach()


def case(name, *, labels, paths, lines, layers, epochs, batch, seed):
    """Logits are multiples of 1/64, which are the same numbers in float32 and in JSON."""
    generator = torch.Generator().manual_seed(len(name))
    values = torch.arange(1, labels + 1, dtype=torch.float64)
    targets = 1 + (labels - 1) * torch.rand(lines, generator=generator, dtype=torch.float64)
    targets = (targets * 3).round() / 3
    nodes = []
    for outcome_of in paths:
        outcomes = max(outcome_of) + 1
        logits = torch.randn(lines, layers, outcomes, generator=generator, dtype=torch.float64)
        # Later layers have larger logits, and the middle one knows something of the target.
        logits *= torch.linspace(1, 4, layers, dtype=torch.float64)[None, :, None]
        places = torch.linspace(1, labels, outcomes, dtype=torch.float64)
        logits[:, layers // 2] -= (places[None, :] - targets[:, None]) ** 2
        nodes.append({"outcomeOf": outcome_of, "logits": (logits * 64).round() / 64})
    theta, alpha = learn(values, nodes, targets, layers, epochs, batch, seed)
    return {
        "name": name,
        "epochs": epochs,
        "batchSize": batch,
        "seed": seed,
        "values": values.tolist(),
        "targets": targets.tolist(),
        "nodes": [
            {**node, "outcomeCount": node["logits"].shape[2], "logits": node["logits"].flatten().tolist()}
            for node in nodes
        ],
        "theta": theta.tolist(),
        "alpha": alpha.item(),
    }


one_token = [list(range(5))]
# 1 and 10 begin with the same token and part at the second: a scale of 1, 2 and 10.
two_tokens = [[0, 1, 0], [0, -1, 1]]
shape = {"lines": 61, "layers": 6}
json.dump(
    {
        "versions": {"torch": torch.__version__.split("+")[0]},
        "learningRate": LEARNING_RATE,
        "cases": [
            case("two epochs, batches of 4", labels=5, paths=one_token, epochs=2, batch=4, seed=42, **shape),
            case("one epoch, batches of 8", labels=5, paths=one_token, epochs=1, batch=8, seed=7, **shape),
            case("labels of two tokens", labels=3, paths=two_tokens, epochs=2, batch=4, seed=2**33 + 5, **shape),
        ],
    },
    sys.stdout,
)
sys.stdout.write("\n")
