"""A running ``lager serve --stdio``: lines out, lines in, each to the request that it answers."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
from collections import deque
from typing import Any, Deque, Dict, Iterator, List, Mapping, Optional

from .errors import LagerError

#: The protocol that this client speaks.
PROTOCOL = 1


class Pending:
    """A request that was asked, and what has been answered so far."""

    def __init__(self, server: "Server", number: int) -> None:
        self._server = server
        self.number = number
        self.answers: "queue.SimpleQueue[Mapping[str, Any]]" = queue.SimpleQueue()
        self._done = False

    def messages(self) -> Iterator[Mapping[str, Any]]:
        """Everything that comes before the request's last line."""
        self._last: Optional[Mapping[str, Any]] = None
        while not self._done:
            message = self.answers.get()
            if message["type"] == "error":
                self._done = True
                raise LagerError(message["code"], message["message"], message.get("field"))
            if message["type"] == "result":
                self._done = True
                self._last = message
                return
            yield message

    def result(self) -> Mapping[str, Any]:
        """The request's last line, once it is there."""
        for _ in self.messages():
            pass
        assert self._last is not None
        return self._last

    def cancel(self) -> None:
        """Tells the server that nobody waits any more."""
        if not self._done:
            self._done = True
            self._server.forget(self)


class Server:
    """The child process. It is alive from its hello to the end of its output."""

    def __init__(self, command: List[str]) -> None:
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise LagerError("ADDON_UNAVAILABLE", f"{command[0]} cannot be started: {error}") from error
        self._numbers = itertools.count(1)
        self._pending: Dict[int, Pending] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._log: Deque[str] = deque(maxlen=20)
        self._is_alive = True
        self._logger = threading.Thread(target=self._read_log, daemon=True)
        self._logger.start()
        self.hello = self._read_hello()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        return self._is_alive

    def ask(self, request: Dict[str, Any]) -> Pending:
        """Sends a request; its answers come to what is returned."""
        pending = Pending(self, next(self._numbers))
        with self._lock:
            if not self._is_alive:
                raise self._ended()
            self._pending[pending.number] = pending
        self._send({"id": pending.number, **request})
        return pending

    def forget(self, pending: Pending) -> None:
        """Cancels a request whose answers nobody takes."""
        with self._lock:
            known = self._pending.pop(pending.number, None) is not None
        if known and self._is_alive:
            self._send({"id": next(self._numbers), "method": "cancel", "request": pending.number})

    def close(self) -> None:
        """Ends the process: by the end of its input, or by force after 15 seconds."""
        self._fail_all(LagerError("DISPOSED", "this judge was closed"))
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)
        self._release()

    def _release(self) -> None:
        """Closes the pipes of a process that has ended."""
        self._process.wait()
        self._logger.join(timeout=5)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                pass  # What was written last could not be sent any more.

    def _send(self, message: Mapping[str, Any]) -> None:
        line = json.dumps(message, ensure_ascii=False, allow_nan=False) + "\n"
        assert self._process.stdin is not None
        try:
            with self._writing:
                self._process.stdin.write(line.encode("utf-8"))
                self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # It has ended: the reader tells whoever waits.

    def _read_hello(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line == b"":
            self._is_alive = False
            self._release()
            raise LagerError("ENGINE_CRASHED", f"lager serve did not start: {self._last_words()}")
        hello = json.loads(line)
        if hello.get("protocol") != PROTOCOL:
            self._process.kill()
            self._release()
            raise LagerError(
                "INVALID_ARGUMENT",
                f"this client speaks protocol {PROTOCOL}, and lager {hello.get('version')} speaks "
                f"{hello.get('protocol')}: install the versions that belong together",
            )
        return hello

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._deliver(json.loads(line))
        except ValueError:
            pass  # Closed, or a line was cut by its end.
        self._process.wait()
        self._logger.join(timeout=5)
        self._fail_all(self._ended())

    def _deliver(self, message: Mapping[str, Any]) -> None:
        is_last = message["type"] in ("result", "error")
        with self._lock:
            number = message.get("id")
            pending = self._pending.pop(number, None) if is_last else self._pending.get(number)
        if pending is not None:
            pending.answers.put(message)

    def _fail_all(self, error: LagerError) -> None:
        with self._lock:
            self._is_alive = False
            left, self._pending = list(self._pending.values()), {}
        for pending in left:
            pending.answers.put({"type": "error", "code": error.code, "message": error.message})

    def _ended(self) -> LagerError:
        return LagerError("ENGINE_CRASHED", f"lager serve has ended: {self._last_words()}")

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._log.append(line.decode("utf-8", "replace").rstrip())

    def _last_words(self) -> str:
        said = "\n".join(line for line in self._log if line)
        return said or f"exit code {self._process.returncode}"
