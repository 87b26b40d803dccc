"""The one error of this package."""

from __future__ import annotations

from typing import Optional


class LagerError(Exception):
    """What went wrong, with one of lager-judge's error codes."""

    def __init__(self, code: str, message: str, field: Optional[str] = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        #: The member of the request that is to blame, where one is.
        self.field = field
