"""deepeval test run test_answers.py"""

import pytest
from deepeval import assert_test
from deepeval.test_case import LLMTestCase

from lager_judge.deepeval import LagerMetric

ANSWERS = {
    "How do I reset my password?": "Open Settings, choose Account, then Reset password.",
    "Can I get a refund?": "Within 30 days, yes: write to us with your order's number.",
}


@pytest.mark.parametrize("question", ANSWERS)
def test_replies_are_helpful(question):
    metric = LagerMetric(threshold=0.2, judge="smollm2-135m", criterion="helpfulness")
    assert_test(LLMTestCase(input=question, actual_output=ANSWERS[question]), [metric])
