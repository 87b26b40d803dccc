"""A metric for DeepEval."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase

from lager_judge.client import shared_judge
from lager_judge.errors import LagerError
from lager_judge.outcomes import Failure, Score
from lager_judge.summary import mean_normalized, metadata_of, reason_of


class LagerMetric(BaseMetric):
    """The normalized score on a criterion, 0 to 1, or the mean of the task's criteria, its breakdown.

    ``input`` is the instruction, ``actual_output`` the response, ``expected_output`` the reference, and
    ``context``, else ``retrieval_context``, the context.

    :param options: options as :class:`lager_judge.Judge` takes them: ``{"threads": 2}``.
    """

    def __init__(
        self,
        threshold: float = 0.5,
        judge: str = "smollm2-135m",
        task: str = "general",
        criterion: Optional[str] = None,
        options: Optional[Mapping[str, Any]] = None,
    ) -> None:
        # DeepEval copies a metric by its arguments, which it looks for under their own names; `criteria` is a
        # text to it.
        self.threshold = threshold
        self.judge = judge
        self.task = task
        self.criterion = criterion
        self.options = dict(options or {})
        self.async_mode = True
        self.include_reason = True
        self.strict_mode = False
        self.evaluation_model = judge

    def measure(self, test_case: LLMTestCase, *_: Any, **__: Any) -> float:
        outcomes = shared_judge(self.judge, **self.options).score(
            self._item(test_case), task=self.task, criteria=self._criteria()
        )
        return self._take(outcomes)

    async def a_measure(self, test_case: LLMTestCase, *_: Any, **__: Any) -> float:
        outcomes = await shared_judge(self.judge, **self.options).ascore(
            self._item(test_case), task=self.task, criteria=self._criteria()
        )
        return self._take(outcomes)

    def is_successful(self) -> bool:
        return self.error is None and self.score is not None and self.score >= self.threshold

    @property
    def __name__(self) -> str:  # type: ignore[override]
        return "LAGER"

    def _criteria(self) -> Optional[Sequence[str]]:
        return None if self.criterion is None else [self.criterion]

    @staticmethod
    def _item(test_case: LLMTestCase) -> dict:
        item = {"instruction": test_case.input, "response": test_case.actual_output}
        if test_case.expected_output is not None:
            item["reference"] = test_case.expected_output
        context = test_case.context or test_case.retrieval_context
        if context:
            item["context"] = "\n\n".join(str(part) for part in context)
        return item

    def _take(self, outcomes: Sequence[Any]) -> float:
        failed = next((each for each in outcomes if isinstance(each, Failure)), None)
        if failed is not None:
            self.error = reason_of(outcomes)
            raise LagerError(failed.code, failed.message)
        scored = [each for each in outcomes if isinstance(each, Score)]
        self.error = None
        self.score = mean_normalized(scored)
        self.reason = reason_of(outcomes)
        self.success = self.score >= self.threshold
        self.score_breakdown = {each.criterion: each.normalized for each in scored}
        self.verbose_logs = str(metadata_of(outcomes))
        return self.score
