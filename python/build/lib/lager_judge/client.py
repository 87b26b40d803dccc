"""The client of ``lager serve --stdio``."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import threading
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from .errors import LagerError
from .outcomes import Outcome, outcome_of
from .server import Pending, Server

__all__ = ["Judge", "LagerError", "shared_judge"]

#: An item: the fields that the task reads, an id and any others.
Item = Mapping[str, Any]
Task = Any  # the name of a built-in task, the path of a task file, or a task as a mapping


class Judge:
    """A judge in a child process, started with the first request and again should it end.

    Safe to use from several threads: their requests are planned together.

    :param judge: a name, the path of a GGUF file, or an ``hf:`` URI.
    :param options: options of ``lager serve`` by their names, underscores for hyphens: ``threads=2``,
        ``gpu="off"``, ``layers="upper"``, ``fast=True``.
    :param command: how ``lager`` is started. Default: ``LAGER_COMMAND`` of the environment, else ``lager``
        of the path, else ``npx lager`` of the working folder's project.
    """

    def __init__(
        self,
        judge: str = "smollm2-135m",
        *,
        task: Optional[str] = None,
        command: Optional[Sequence[str]] = None,
        **options: Any,
    ) -> None:
        arguments = ["serve", "--stdio", "--judge", judge]
        if task is not None:
            arguments += ["--task", task]
        self._command = [*(command or lager_command()), *arguments, *flags(options)]
        self._lock = threading.Lock()
        self._server: Optional[Server] = None
        self._closed = False

    @property
    def hello(self) -> Mapping[str, Any]:
        """What the server said of itself: its judge, its version, its default task."""
        return self._running().hello

    def score(
        self,
        item: Optional[Item] = None,
        *,
        task: Task = None,
        criteria: Optional[Sequence[str]] = None,
        **fields: Any,
    ) -> List[Outcome]:
        """Scores one item on each criterion; ``fields`` are the item's, where no ``item`` is given.

        :raises LagerError: for what is wrong with the request, and ``ENGINE_CRASHED`` where the server ended.
        """
        request = asked("score", task, criteria, item=dict(item or {}, **fields))
        result = self._running().ask(request).result()
        return [outcome_of(raw) for raw in result["outcomes"]]

    def score_many(
        self,
        items: Iterable[Item],
        *,
        task: Task = None,
        criteria: Optional[Sequence[str]] = None,
        on_progress: Optional[Callable[[int, int], None]] = None,
    ) -> Iterator[Tuple[int, Outcome]]:
        """Asks for the scores of items at once; gives each outcome with its item's index, in order.

        Leaving the iteration early cancels what is left.
        """
        request = asked("scoreMany", task, criteria, items=[dict(item) for item in items])
        if on_progress is not None:
            request["progress"] = True
        return outcomes_of(self._running().ask(request), on_progress)

    async def ascore(self, item: Optional[Item] = None, **arguments: Any) -> List[Outcome]:
        """:meth:`score` for asyncio. Requests that are awaited together are planned together."""
        return await asyncio.to_thread(self.score, item, **arguments)

    def tasks(self) -> List[Mapping[str, Any]]:
        """The tasks that the server knows, its default one first."""
        return self._running().ask({"method": "tasks"}).result()["tasks"]

    def health(self) -> Mapping[str, Any]:
        """What the server is doing: ``status``, ``waiting``, ``running``, ``scores``, ``failures``."""
        return self._running().ask({"method": "health"}).result()

    def close(self) -> None:
        """Ends the server. Requests that run are ended with an error."""
        with self._lock:
            self._closed = True
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _running(self) -> Server:
        with self._lock:
            if self._closed:
                raise LagerError("DISPOSED", "this judge is closed")
            if self._server is None or not self._server.is_alive:
                if self._server is not None:
                    self._server.close()
                self._server = Server(self._command)
            return self._server


def outcomes_of(
    pending: Pending, on_progress: Optional[Callable[[int, int], None]]
) -> Iterator[Tuple[int, Outcome]]:
    """Outcomes of a request as they come. Whoever stops taking them ends the request."""
    try:
        for message in pending.messages():
            if message["type"] == "outcome":
                yield message["index"], outcome_of(message["outcome"])
            elif message["type"] == "progress" and on_progress is not None:
                on_progress(message["done"], message["total"])
    finally:
        pending.cancel()


def asked(
    method: str, task: Task, criteria: Optional[Sequence[str]], **members: Any
) -> Dict[str, Any]:
    """A request, without what was not asked for."""
    request: Dict[str, Any] = {"method": method, **members}
    if task is not None:
        request["task"] = task
    if criteria is not None:
        request["criteria"] = list(criteria)
    return request


def flags(options: Mapping[str, Any]) -> List[str]:
    """Options as the command line takes them."""
    given: List[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            given.append(flag)
        elif value is not False and value is not None:
            given += [flag, str(value)]
    return given


def lager_command() -> List[str]:
    """How ``lager`` is started here."""
    named = os.environ.get("LAGER_COMMAND")
    if named:
        return [named]
    found = shutil.which("lager")
    if found is not None:
        return [found]
    npx = shutil.which("npx")
    if npx is not None:
        return [npx, "--no-install", "lager"]
    raise LagerError(
        "ADDON_UNAVAILABLE",
        "there is no `lager` here: install it (npm install --global lager-judge), or say in "
        "LAGER_COMMAND where it is",
    )


_shared: Dict[Any, Judge] = {}
_shared_lock = threading.Lock()


def shared_judge(judge: str = "smollm2-135m", **options: Any) -> Judge:
    """The judge of this process with these options: the same one each time, closed when Python ends."""
    key = (judge, tuple(sorted((name, repr(value)) for name, value in options.items())))
    with _shared_lock:
        if key not in _shared:
            _shared[key] = Judge(judge, **options)
            atexit.register(_shared[key].close)
        return _shared[key]
