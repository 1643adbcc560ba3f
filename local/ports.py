"""Free ports on this machine."""

from __future__ import annotations

import socket
from contextlib import ExitStack

HOST = "127.0.0.1"
"""Every process of a stack listens here only: nothing is offered to the network."""


def free_ports(count: int) -> list[int]:
    """Return ``count`` different TCP ports that nobody listens on at this moment."""
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def answers(port: int) -> bool:
    """Say whether a process of this machine listens on ``port`` now."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def is_free(port: int) -> bool:
    """Say whether a process could listen on ``port`` now."""
    with socket.socket() as probe:
        # As servers do: connections of an earlier run that still linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
