"""What the image runs, ``python -m forward``: the push service or the pull worker, as the setting ``INTAKE`` says."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from forward.settings import ForwardSettings
from omnicapi.settings import load

COMMANDS: Mapping[str, Sequence[str]] = {
    "push": ("gunicorn", "--config", "python:omnicapi.serving", "forward.app:create_app()"),
    "pull": (sys.executable, "-m", "forward.worker"),
}
"""The command of each ``INTAKE``."""


def main(environ: Mapping[str, str], become: Callable[[str, list[str]], Any] = os.execvp) -> None:
    """Become the process that takes signals in; it alone then gets the platform's signals.

    Raises :class:`~omnicapi.errors.BadSettings` where the environment cannot be used.
    """
    command = COMMANDS[load(ForwardSettings, environ).intake]
    become(command[0], [*command])


if __name__ == "__main__":
    main(os.environ)
