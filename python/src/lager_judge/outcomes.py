"""What a judge says of one item on one criterion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Sequence, Union


@dataclass(frozen=True)
class Score:
    """A score. The figures mean what they mean in the run file."""

    id: str
    criterion: str
    #: On the task's scale.
    score: float
    #: The score's place on the scale, 0 to 1.
    normalized: float
    #: In ascending order of their values.
    labels: Sequence[str]
    #: What each label counts.
    values: Sequence[float]
    #: The probability of each label.
    probabilities: Sequence[float]
    #: LAGER's score, all layers alike, as in the paper.
    lager: float
    #: The expected score by the last layer.
    e_score: float
    #: Everything else that the server said, by its names there.
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def distribution(self) -> Mapping[str, float]:
        """Label to its probability."""
        return dict(zip(self.labels, self.probabilities))


@dataclass(frozen=True)
class Failure:
    """Why an item has no score. ``criterion`` is None where the whole item is broken."""

    id: str
    criterion: Optional[str]
    code: str
    message: str


Outcome = Union[Score, Failure]


def outcome_of(raw: Mapping[str, Any]) -> Outcome:
    """An outcome as the server writes it."""
    if raw["kind"] == "failure":
        return Failure(raw["id"], raw["criterion"], raw["code"], raw["message"])
    return Score(
        id=raw["id"],
        criterion=raw["criterion"],
        score=raw["score"],
        normalized=raw["normalized"],
        labels=tuple(raw["labels"]),
        values=tuple(raw["values"]),
        probabilities=tuple(raw["probabilities"]),
        lager=raw["lager"],
        e_score=raw["eScore"],
        raw=raw,
    )
