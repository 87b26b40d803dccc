"""A scorer for Inspect: ``inspect score LOG --scorer lager_judge/inspect_ai.py@lager``, or in a task."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from lager_judge.client import shared_judge
from lager_judge.outcomes import Failure
from lager_judge.outcomes import Score as JudgeScore
from lager_judge.summary import mean_normalized, metadata_of, reason_of


@scorer(metrics=[mean(), stderr()])
def lager(
    judge: str = "smollm2-135m",
    task: str = "general",
    criteria: Optional[Sequence[str]] = None,
    use_target: bool = True,
    **options: Any,
) -> Scorer:
    """The mean of the criteria's normalized scores, 0 to 1.

    :param use_target: whether the sample's target is the reference.
    :param options: as :class:`lager_judge.Judge` takes them.
    """

    async def score(state: TaskState, target: Target) -> Score:
        item: Dict[str, Any] = {"instruction": state.input_text, "response": state.output.completion}
        if use_target and target.text:
            item["reference"] = target.text
        outcomes = await shared_judge(judge, **options).ascore(item, task=task, criteria=criteria)
        failed = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
        scored = [outcome for outcome in outcomes if isinstance(outcome, JudgeScore)]
        return Score(
            value=float("nan") if failed else mean_normalized(scored),
            answer=state.output.completion,
            explanation=reason_of(outcomes),
            metadata=metadata_of(outcomes),
        )

    return score
