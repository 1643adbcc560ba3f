"""The service's files, read at start-up and again when they change: consent policy, opt-out list, datasets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from threading import Lock, Thread

import msgspec

from handle.consent.opt_out_list import OptOutList, read_opt_out_list
from handle.consent.policy import ConsentPolicy, read_policy
from handle.datasets import Datasets, read_datasets
from handle.settings import HandleSettings
from handle.step import Setup
from omnicapi.logs import fields
from omnicapi.storage.documents import Document, Documents
from omnicapi.storage.found import whole

log = logging.getLogger(__name__)


def in_background(task: Callable[[], None]) -> None:
    """Run ``task`` beside the pushes: ten million people take longer to read than a push may wait."""
    Thread(target=task, name="configuration", daemon=True).start()


class Configuration:
    """Answers with the setup of the moment. ``clock`` is any steady count of seconds; ``run`` runs a reload.

    Made from files that cannot be used it raises :class:`~omnicapi.errors.BadSettings`, and TransientError where their
    bucket does not answer: the service does not start, and nothing is lost. A file that becomes unusable later is an
    error in the log, and what it said before goes on to apply.
    """

    def __init__(
        self,
        settings: HandleSettings,
        documents: Documents,
        clock: Callable[[], float] = time.monotonic,
        run: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        self._documents = documents
        self._clock = clock
        self._run = run
        self._period = settings.reload_seconds
        self._lock = Lock()
        self._consent = Document(documents, settings.consent_file or None, _policy, ConsentPolicy())
        self._datasets = Document(documents, settings.datasets_file or None, _datasets, settings.only_dataset())
        self._people: Document[OptOutList] = Document(documents, None, read_opt_out_list, OptOutList())
        self._setup = Setup(self._datasets.value, reading=settings.reading())
        self._refresh_privacy()
        self._refresh_datasets()
        self._checked = clock()
        self._announce()

    def setup(self) -> Setup:
        """Return what applies now; where ``reload_seconds`` have passed, begin to look for changes."""
        if self._clock() - self._checked >= self._period and self._lock.acquire(blocking=False):
            self._checked = self._clock()
            self._run(self._reload)
        return self._setup

    def _reload(self) -> None:
        before = self._setup
        try:
            self._attempt(self._refresh_privacy)
            self._attempt(self._refresh_datasets)
            if self._setup is not before:
                self._announce()
        finally:
            self._lock.release()

    def _attempt(self, refresh: Callable[[], None]) -> None:
        try:
            refresh()
        except Exception:
            log.exception("a configuration file cannot be used; what it said before goes on to apply")

    def _refresh_privacy(self) -> None:
        """Read the policy and the list it names; a new policy never applies without its list."""
        changed = self._consent.refresh()
        policy = self._consent.value
        place = policy.opt_out_list.list if policy.opt_out_list else None
        people = self._people
        if place != people.place:
            people = Document(self._documents, place, read_opt_out_list, OptOutList())
        changed |= people.refresh() or people is not self._people
        self._people = people
        if changed or self._setup.consent is not policy:
            self._setup = msgspec.structs.replace(self._setup, consent=policy, opt_out_list=people.value)

    def _refresh_datasets(self) -> None:
        if self._datasets.refresh():
            self._setup = msgspec.structs.replace(self._setup, datasets=self._datasets.value)

    def _announce(self) -> None:
        """Say in the log what applies: whoever runs this should know what an unknown consent means (§7.3)."""
        where = self._consent.place or "the default policy, because CONSENT_FILE is not set"
        log.info("consent policy", extra=fields(file=where, policy=self._setup.consent.described()))
        people = len(self._setup.opt_out_list)
        log.info("opt-out list", extra=fields(file=self._people.place or "none", identifiers=str(people)))


def _policy(lines: Iterator[bytes], place: str) -> ConsentPolicy:
    return read_policy(whole(lines, place), place)


def _datasets(lines: Iterator[bytes], place: str) -> Datasets:
    return Datasets(read_datasets(whole(lines, place), place))
