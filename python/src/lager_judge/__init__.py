"""A local LLM judge that reads every layer, from Python.

``Judge`` starts ``lager serve --stdio`` as a child process; the npm package ``lager-judge`` has to be installed.
"""

from .client import Judge, LagerError, shared_judge
from .outcomes import Failure, Outcome, Score

__all__ = ["Failure", "Judge", "LagerError", "Outcome", "Score", "shared_judge"]
__version__ = "0.1.0"
