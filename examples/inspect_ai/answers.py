"""inspect eval answers.py --model none/none

Answers that are there already: ``recorded`` stands for ``generate()``, which would ask the model that you
evaluate.
"""

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput
from inspect_ai.solver import solver

from lager_judge.inspect_ai import lager

ANSWERS = {
    "How do I reset my password?": "Open Settings, choose Account, then Reset password.",
    "Can I get a refund?": "No idea.",
}


@solver
def recorded():
    async def solve(state, generate):
        state.output = ModelOutput.from_content("recorded", ANSWERS[state.input_text])
        return state

    return solve


@task
def answers():
    return Task(
        dataset=[
            Sample(input="How do I reset my password?", target="In Settings, under Account."),
            Sample(input="Can I get a refund?", target="Yes, within 30 days."),
        ],
        solver=recorded(),
        scorer=lager(judge="smollm2-135m", criteria=["helpfulness", "accuracy"]),
    )
