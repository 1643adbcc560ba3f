"""One service or stand-in as a child process: its environment, log file, health and end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import urllib3

from omnicapi.errors import ConfigurationError

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL, as on Cloud Run (gcp.md §1.6)."""

_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
_POLL = 0.05

_http = urllib3.PoolManager(timeout=2.0, retries=False)


class ProcessFailed(ConfigurationError):
    """A process ended or did not become healthy in time; the text holds the end of its log."""


def base_environment() -> dict[str, str]:
    """Return what a child takes over from this process: no credentials, no proxy, this interpreter's programs first."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    programs = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join(part for part in (programs, kept.get("PATH")) if part)
    return kept


class Process:
    """A child process in a session of its own, so that Ctrl-C reaches it only through :meth:`stop`.

    Its output is added to ``log``. ``health`` is the address that answers 200 once it can work; without one it counts
    as healthy as long as it runs.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        directory: Path,
        log: Path,
        health: str | None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = dict(environment)
        self._directory = directory
        self._health = health
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; it need not be healthy yet. Raises :class:`ProcessFailed` where it cannot be started."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            try:
                self._child = subprocess.Popen(  # noqa: S603 - the command is the Dockerfile's or the stack's own
                    self._command,
                    env=self._environment,
                    cwd=self._directory,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise ProcessFailed(f"{self.name} cannot be started: {error}") from None

    @property
    def running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """The id of the running process. Raises :class:`ProcessFailed` where it was not started."""
        if self._child is None:
            raise ProcessFailed(f"{self.name} is not running.")
        return self._child.pid

    def healthy(self) -> bool:
        """Say whether the health address answers 200 now."""
        if self._health is None:
            return self.running
        try:
            return _http.request("GET", self._health).status == 200  # noqa: PLR2004 - HTTP's OK
        except urllib3.exceptions.HTTPError:
            return False

    def terminate(self) -> None:
        """Send SIGTERM where the process runs, and do not wait."""
        if self._child is not None:
            self._child.terminate()

    def stop(self, grace: float = GRACE) -> bool:
        """End the process with SIGTERM, after ``grace`` seconds with SIGKILL; say whether SIGTERM was enough."""
        if self._child is None:
            return True
        self.terminate()
        try:
            self._child.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self.kill()  # a worker that outlived its parent would keep the port
        return True

    def kill(self) -> None:
        """End the process and all its children at once, as a crash of the machine would."""
        if self._child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self._child = None

    def restart(self, timeout: float = 30.0) -> None:
        """Stop the process where it still runs, start it again and wait until it is healthy."""
        self.stop()
        self.start()
        wait_healthy([self], timeout)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the log, with its place, for an error message."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
        return f" The end of {self.log}:\n" + "\n".join(f"  {line}" for line in lines)


def wait_healthy(processes: Iterable[Process], timeout: float = 30.0) -> None:
    """Return when every process is healthy.

    Raises :class:`ProcessFailed` as soon as one has ended, or after ``timeout`` seconds.
    """
    deadline = time.monotonic() + timeout
    waiting = [*processes]
    while waiting := [process for process in waiting if not process.healthy()]:
        late = time.monotonic() > deadline
        for process in waiting:
            if not process.running:
                raise ProcessFailed(f"{process.name} ended before it was healthy.{process.last_lines()}")
            if late:
                raise ProcessFailed(f"{process.name} is not healthy after {timeout:g} s.{process.last_lines()}")
        time.sleep(_POLL)


def stop_all(processes: Iterable[Process]) -> None:
    """Stop processes side by side, as fast as the slowest of them."""
    stopping = [*processes]
    for process in stopping:
        process.terminate()
    for process in stopping:
        process.stop()
