"""How messages come in, ``INTAKE``: pushed to a service by Pub/Sub, or pulled by a worker. One image does either.

Imports next to nothing, because it only decides which program the process becomes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from omnicapi.errors import BadSettings

INTAKES = ("push", "pull")
"""What ``INTAKE`` may say; ``push`` where it says nothing."""


def become_program(
    environ: Mapping[str, str],
    push: Sequence[str],
    pull: Sequence[str],
    become: Callable[[str, list[str]], Any] = os.execvp,
) -> None:
    """Become the program that takes messages in; it alone then gets the platform's signals.

    Raises :class:`BadSettings` where ``INTAKE`` says something else.
    """
    intake = environ.get("INTAKE", "").strip() or "push"
    if intake not in INTAKES:
        raise BadSettings("The environment cannot be used:\n  INTAKE: expected push or pull")
    command = pull if intake == "pull" else push
    become(command[0], [*command])
