"""Faults on command: each is for the next requests of one kind, then gone."""

from __future__ import annotations

from typing import Literal

import msgspec


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """What befalls the next ``times`` requests whose method and path fit.

    ``lost`` does what is asked and ends the connection without an answer; ``refused`` answers ``status`` and
    does nothing; ``slow`` answers, after ``seconds``.
    """

    kind: Literal["lost", "refused", "slow"]
    method: str = ""
    path: str = ""
    times: int = 1
    status: Literal[429, 503] = 503
    seconds: float = 0.0


class Faults:
    """The faults that were ordered and have not happened yet."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, faults: list[Fault]) -> None:
        """Let these happen, instead of those ordered before."""
        self._ordered = faults

    def next(self, method: str, path: str) -> Fault | None:
        """Return what befalls this request; its number of times is one less then."""
        for fault in self._ordered:
            if fault.times > 0 and fault.method in {"", method} and fault.path in path:
                fault.times -= 1
                return fault
        return None
