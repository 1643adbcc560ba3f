"""How much one receiver may hold unacknowledged: a push window, or the limits a streaming pull asks for."""

from dataclasses import dataclass

from local.pubsub.message import Message


@dataclass(slots=True)
class FlowControl:
    """Counts what a receiver holds. A limit of zero or less is no limit, as in StreamingPullRequest.

    The message that reaches the byte limit is still delivered, so that a large one cannot be stuck.
    """

    max_messages: int = 0
    max_bytes: int = 0
    messages: int = 0
    bytes: int = 0

    def has_room(self) -> bool:
        """Whether one more message may be delivered."""
        full = 0 < self.max_messages <= self.messages or 0 < self.max_bytes <= self.bytes
        return not full

    def take(self, message: Message) -> None:
        """Count a delivered message."""
        self.messages += 1
        self.bytes += message.size

    def release(self, message: Message) -> None:
        """Count a message that was acknowledged, refused or whose ack deadline passed."""
        self.messages -= 1
        self.bytes -= message.size
