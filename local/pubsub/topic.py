"""One topic: its settings, what was published to it, and the faults of its publishing."""

from local.pubsub.api.proto import Proto
from local.pubsub.clock import Clock
from local.pubsub.controls.status import TopicStatus
from local.pubsub.errors import UnavailableError
from local.pubsub.faults import TopicFaults


class Topic:
    """A name that messages are published to; it keeps none of them.

    ``name`` is the full one, ``projects/…/topics/…``; ``published`` counts its messages.
    """

    def __init__(self, resource: Proto, clock: Clock) -> None:
        self.name = str(resource.name)
        self.resource: Proto = resource
        self.published = 0
        self._refused = 0
        self._clock = clock
        self._refuse_count = 0
        self._refuse_until = 0.0

    @property
    def faults(self) -> TopicFaults:
        """What is left of the faults that were set."""
        return TopicFaults(
            unavailable_count=self._refuse_count,
            unavailable_seconds=max(0.0, self._refuse_until - self._clock.seconds()),
        )

    @faults.setter
    def faults(self, faults: TopicFaults) -> None:
        self._refuse_count = faults.unavailable_count
        self._refuse_until = self._clock.seconds() + faults.unavailable_seconds

    def check_available(self) -> None:
        """Raise UnavailableError while a fault refuses publish requests; counts the request against the fault."""
        if self._clock.seconds() >= self._refuse_until:
            if not self._refuse_count:
                return
            self._refuse_count -= 1
        self._refused += 1
        raise UnavailableError(f"{self.name} was told to refuse publish requests; try again.")

    def status(self) -> TopicStatus:
        """Count, at this moment."""
        return TopicStatus(name=self.name, published=self.published, refused=self._refused, faults=self.faults)
