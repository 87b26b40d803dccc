#!/usr/bin/env python3
"""Records what scipy and statsmodels say about fixed differences, for test/analysis/compare.

    pip install numpy scipy statsmodels
    python scripts/research/stats/comparison_reference.py > test/analysis/compare/scipy-reference.json

Every case holds its numbers beside the results, so that the test needs no Python.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests


def least_squares(d: np.ndarray, lengths: np.ndarray) -> dict[str, float]:
    fit = sm.OLS(d, sm.add_constant(lengths)).fit()
    rest, slope = fit.params
    return {"rest": float(rest), "slope": float(slope), "part": float(slope * lengths.mean())}


def pair_case(name: str, seed: int, n: int, groups: int | None, shift: float) -> dict:
    rng = np.random.default_rng(seed)
    group = np.arange(n) if groups is None else rng.integers(0, groups, n)
    common = rng.normal(size=n)[group % n]
    first = np.round(3 + common + 0.4 * rng.normal(size=n), 3)
    second = np.round(3 + shift + common + 0.4 * rng.normal(size=n), 3)
    second[0] = first[0]
    first_length = rng.integers(50, 200, n)
    second_length = first_length + np.round(30 * (second - first) + 20 * rng.normal(size=n)).astype(int)
    d = second - first
    robust = sm.OLS(d, np.ones(n)).fit(
        cov_type="cluster", cov_kwds={"groups": group}, use_t=True
    )
    t, p, df = float(robust.tvalues[0]), float(robust.pvalues[0]), len(set(group)) - 1
    if groups is None:
        plain = stats.ttest_rel(second, first)
        assert np.isclose(plain.pvalue, p, rtol=1e-9), (plain, p)
    needed = (stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)) / t
    means = [
        [d[rows].mean() for rows in drawn(group, np.random.default_rng(k))] for k in range(4)
    ]
    bootstrap = np.array(means).ravel()
    level = expanded(0.95, df + 1)
    interval = (
        stats.bootstrap(
            (d,), np.mean, method="percentile", n_resamples=20000, rng=seed, confidence_level=level
        ).confidence_interval
        if groups is None
        else percentiles(bootstrap, level)
    )
    return {
        "name": name,
        "group": group.tolist(),
        "first": first.tolist(),
        "second": second.tolist(),
        "firstLength": first_length.tolist(),
        "secondLength": second_length.tolist(),
        "mean": float(d.mean()),
        "standardError": float(robust.bse[0]),
        "t": t,
        "df": df,
        "p": p,
        "effectSize": float(d.mean() / np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2)),
        "superiority": float(np.mean((d > 0) + 0.5 * (d == 0))),
        "moreRecords": int(np.ceil(n * needed**2 - n)),
        "bootstrap": [float(end) for end in interval],
        "gate": gate_case(second, group, float(np.round(second.mean() - 0.05, 3))),
        **least_squares(d, second_length - first_length),
    }


def gate_case(values: np.ndarray, group: np.ndarray, limit: float) -> dict:
    """A mean against a limit: its t test, robust to groups, and what is missing to decide it."""
    robust = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": group}, use_t=True
    )
    df = len(set(group)) - 1
    t = (values.mean() - limit) / robust.bse[0]
    needed = (stats.t.ppf(0.95, df) + stats.t.ppf(0.8, df)) / t
    means = np.array([values[rows].mean() for rows in drawn(group, np.random.default_rng(9))])
    return {
        "limit": limit,
        "mean": float(values.mean()),
        "level": 0.9,
        "interval": percentiles(means, expanded(0.9, df + 1)).tolist(),
        "moreRecords": int(np.ceil(len(values) * needed**2 - len(values))),
    }


def expanded(level: float, units: int) -> float:
    """Share of the resamples in Hesterberg's expanded percentile interval."""
    t = stats.t.ppf((1 + level) / 2, units - 1)
    return float(1 - 2 * stats.norm.cdf(-np.sqrt(units / (units - 1)) * t))


def percentiles(values: np.ndarray, share: float) -> np.ndarray:
    return np.percentile(values, [50 * (1 - share), 50 * (1 + share)])


def drawn(group: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Rows of 5 000 resamples in which groups are drawn whole."""
    members = [np.flatnonzero(group == g) for g in sorted(set(group))]
    draws = rng.integers(0, len(members), (5000, len(members)))
    return [np.concatenate([members[g] for g in row]) for row in draws]


def main() -> None:
    ts = [0.0, 0.1, 1.0, 2.1, 4.5, 12.0, 40.0]
    dfs = [1, 2, 5, 30, 99, 2000]
    ps = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.9], [1e-5, 0.6, 0.02, 0.02, 0.3]]
    json.dump(
        {
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
            "studentTwoSided": [
                {"t": t, "df": df, "p": float(2 * stats.t.sf(t, df))} for t in ts for df in dfs
            ],
            "studentQuantile": [
                {"share": share, "df": df, "t": float(stats.t.ppf(share, df))}
                for share in [0.5, 0.8, 0.975, 0.9995]
                for df in dfs
            ],
            "expandedLevel": [
                {"level": level, "units": units, "expanded": expanded(level, units)}
                for level in [0.5, 0.9, 0.95, 0.999]
                for units in [2, 3, 5, 12, 100, 5000]
            ],
            "holm": [
                {"p": p, "corrected": multipletests(p, method="holm")[1].tolist()} for p in ps
            ],
            "pairs": [
                pair_case("records of their own", 1, 60, None, 0.1),
                pair_case("records in groups", 2, 80, 25, 0.15),
                pair_case("a difference too small to settle", 3, 40, None, 0.03),
            ],
        },
        sys.stdout,
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
