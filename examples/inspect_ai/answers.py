"""inspect eval answers.py --model mockllm/model

``mockllm/model`` stands for the model that you evaluate; it always answers the same.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.solver import generate

from lager_judge.inspect_ai import lager


@task
def answers():
    return Task(
        dataset=[
            Sample(input="How do I reset my password?", target="In Settings, under Account."),
            Sample(input="Can I get a refund?", target="Yes, within 30 days."),
        ],
        solver=generate(),
        scorer=lager(judge="smollm2-135m", criteria=["helpfulness", "accuracy"]),
    )
