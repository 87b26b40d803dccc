#!/usr/bin/env python3
"""Records what scipy and numpy say about fixed numbers, for test/analysis/stats/scipy.test.ts.

    pip install numpy scipy
    python scripts/research/stats/scipy_reference.py > test/analysis/stats/scipy-reference.json

Every case holds its numbers beside the results, so that the test needs no Python. Resamples are
given as weights: scipy gets each row so many times.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import scipy
from scipy import optimize, stats


def correlations(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> dict[str, float | None]:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return {"spearman": None, "pearson": None, "kendall": None, "partialSpearman": None}
    return {
        "spearman": float(stats.spearmanr(x, y).statistic),
        "pearson": float(stats.pearsonr(x, y).statistic),
        "kendall": float(stats.kendalltau(x, y, variant="b").statistic),
        "partialSpearman": partial_spearman(x, y, z),
    }


def partial_spearman(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> float | None:
    """The correlation of what least squares on the control's ranks leaves of the others' ranks."""
    control = np.column_stack([np.ones(len(z)), stats.rankdata(z)])

    def rest(values: np.ndarray) -> np.ndarray:
        ranks = stats.rankdata(values)
        return ranks - control @ np.linalg.lstsq(control, ranks, rcond=None)[0]

    if np.ptp(z) == 0 or any(np.allclose(rest(values), 0) for values in (x, y)):
        return None
    return float(stats.pearsonr(rest(x), rest(y)).statistic)


def correlation_case(name: str, x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> dict:
    n = len(x)
    # From numbers of their own, so that the cases stay as they were before there was a control.
    z = np.round(20 * (x - x.mean()) / (x.std() or 1) + 30 * np.random.default_rng(n).normal(size=n))
    resamples = []
    for _ in range(3):
        weights = rng.multinomial(n, np.full(n, 1 / n))
        rows = np.repeat(np.arange(n), weights)
        resamples.append({"weights": weights.tolist(), **correlations(x[rows], y[rows], z[rows])})
    return {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "control": z.tolist(),
        "ranks": stats.rankdata(x, method="average").tolist(),
        **correlations(x, y, z),
        "resamples": resamples,
    }


def correlation_cases(rng: np.random.Generator) -> list[dict]:
    normal = rng.normal(size=200)
    likert = np.clip(np.round(3 + normal + rng.normal(size=200)), 1, 5)
    thirds = np.clip(np.round(3 * (3 + normal + rng.normal(size=200))) / 3, 1, 5)
    return [
        correlation_case("continuous", 3 + normal, normal + rng.normal(size=200), rng),
        correlation_case("scores against means of three annotators", 3 + normal, thirds, rng),
        correlation_case("both on a scale of five", np.clip(np.round(3 + normal), 1, 5), likert, rng),
        correlation_case("against each other", -normal, likert, rng),
        correlation_case("far from zero, close together", 1e6 + normal * 1e-3, thirds, rng),
        correlation_case("very small", normal * 1e-170, thirds, rng),
        correlation_case("three items", np.array([1.5, 2.5, 2.0]), np.array([1.0, 2.0, 3.0]), rng),
        correlation_case("two items", np.array([1.5, 2.5]), np.array([3.0, 1.0]), rng),
        correlation_case("one item", np.array([1.5]), np.array([3.0]), rng),
        correlation_case("constant scores", np.full(6, 2.5), np.arange(6.0), rng),
        correlation_case("almost all tied", np.array([1.0] * 9 + [2.0]), np.arange(10.0), rng),
    ]


def percentile_cases(rng: np.random.Generator) -> list[dict]:
    cases = []
    for n in (1, 2, 7, 1000):
        values = np.sort(rng.normal(size=n))
        shares = [0.0, 0.025, 0.5, 0.975, 1.0]
        cases.append(
            {
                "values": values.tolist(),
                "shares": shares,
                "percentiles": np.quantile(values, shares).tolist(),
            }
        )
    return cases


def isotonic_cases(rng: np.random.Generator) -> list[dict]:
    cases = []
    for n, decimals in ((1, 6), (2, 6), (60, 6), (300, 1)):
        x = np.round(rng.uniform(1, 5, size=n), decimals)
        y = np.round(x + rng.normal(size=n), 3)
        distinct, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
        means = np.bincount(inverse, weights=y) / counts
        fitted = optimize.isotonic_regression(means, weights=counts)
        cases.append(
            {"x": x.tolist(), "y": y.tolist(), "at": distinct.tolist(), "fitted": fitted.x.tolist()}
        )
    return cases


def main() -> None:
    rng = np.random.default_rng(20250806)
    json.dump(
        {
            "scipy": scipy.__version__,
            "numpy": np.__version__,
            "correlations": correlation_cases(rng),
            "percentiles": percentile_cases(rng),
            "isotonic": isotonic_cases(rng),
        },
        sys.stdout,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
