"""What a process does when the platform stops it: SIGTERM, ten seconds before SIGKILL (gcp.md §1.6)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any


def on_sigterm(action: Callable[[], Any]) -> None:
    """Run ``action`` in a thread of its own at SIGTERM, beside the handler that is there already: the server's, say."""
    inherited = signal.getsignal(signal.SIGTERM)

    def handle(number: int, frame: FrameType | None) -> None:
        # Elsewhere, because a handler may have interrupted a thread that holds the very lock it would need; a daemon,
        # because the process ends as soon as everybody is answered.
        threading.Thread(target=action, name="sigterm", daemon=True).start()
        if callable(inherited):
            inherited(number, frame)

    signal.signal(signal.SIGTERM, handle)
