"""Outcomes of one item as test tools take them."""

from __future__ import annotations

from typing import Any, Dict, Sequence

from .outcomes import Failure, Outcome, Score


def mean_normalized(scores: Sequence[Score]) -> float:
    """The mean of the criteria's scores, 0 to 1."""
    return sum(each.normalized for each in scores) / len(scores)


def reason_of(outcomes: Sequence[Outcome]) -> str:
    """One line: each criterion's score on the task's scale, or why it has none."""
    return "; ".join(
        f"{each.criterion} {each.score:.2f} of {each.labels[0]}–{each.labels[-1]}"
        if isinstance(each, Score)
        else " ".join(filter(None, [each.criterion, f"not scored: {each.code}: {each.message}"]))
        for each in outcomes
    )


def metadata_of(outcomes: Sequence[Outcome]) -> Dict[str, Any]:
    """What was read of the judge, by criterion."""
    return {
        (each.criterion or "record"): (
            {"error": {"code": each.code, "message": each.message}}
            if isinstance(each, Failure)
            else {
                "score": each.score,
                "normalized": each.normalized,
                "distribution": dict(each.distribution),
                "lager": each.lager,
            }
        )
        for each in outcomes
    }
