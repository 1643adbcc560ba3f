"""What the broker refuses, and the gRPC status Google answers for it.

PubSubError
├── InvalidArgumentError   the request breaks a documented rule
├── NotFoundError          no such topic or subscription
├── AlreadyExistsError     the name is taken
├── UnavailableError       told to refuse, by a fault
└── UnsupportedError       a Pub/Sub feature this broker does not have
"""

from typing import ClassVar


class PubSubError(Exception):
    """A refusal that reaches the client as the gRPC status named in ``status``."""

    status: ClassVar[str] = "INTERNAL"


class InvalidArgumentError(PubSubError):
    """The request breaks a documented rule; the message names the field, the value and the bound."""

    status = "INVALID_ARGUMENT"


class NotFoundError(PubSubError):
    """The named topic or subscription does not exist."""

    status = "NOT_FOUND"


class AlreadyExistsError(PubSubError):
    """A topic or subscription of this name exists."""

    status = "ALREADY_EXISTS"


class UnavailableError(PubSubError):
    """A fault set through the control port refuses this publish; Google's clients retry it."""

    status = "UNAVAILABLE"


class UnsupportedError(PubSubError):
    """Pub/Sub has this feature, the embedded broker does not: refused rather than silently ignored."""

    status = "UNIMPLEMENTED"
