"""Every error this project raises on purpose, as one tree; the branch decides what happens to the message.

::

    OmniCapiError
    ├── PermanentError           trying again cannot help: an outcome is written, the message is acknowledged
    │   ├── BadEnvelope          a request body that is not a Pub/Sub push
    │   ├── BadMessage           a message whose data is not what its topic carries
    │   ├── UnknownChannel       no map and no source belongs to this channel or object name
    │   ├── UnreadableFile       a file that cannot be read at all
    │   ├── Unauthorized         a request to the collector without a key
    │   ├── Forbidden            a request to the collector whose key or page its channel does not admit
    │   └── Refused              one event, or one row, that cannot become valid (reason, field)
    │       └── PassedOver       one that nobody meant for Meta: dropped, not rejected
    ├── TransientError           trying again will help: the message is answered with a nack and comes back
    │   ├── Busy                 too much is waiting here already
    │   ├── Overloaded           a request beyond what an instance may have in work
    │   ├── TooManyGuesses       an address that tried too many wrong keys of the collector
    │   ├── PublishFailed        Pub/Sub did not take a message
    │   └── MetaUnavailable      Meta is slow, throttles or fails
    └── ConfigurationError       someone has to change a setting: nothing is lost, nothing is dead-lettered
        ├── BadSettings          the environment is incomplete or wrong
        │   └── BadDocument      a file that a setting names is missing, or cannot be used
        │       └── BadMap       a map file that says nothing usable
        └── MetaRefusedUs        token, permission, dataset or API version

Texts name the place and the remedy and never quote a customer's data or a token, so that they can be logged and shown.
"""

from __future__ import annotations


class OmniCapiError(Exception):
    """The root: whoever catches this catches everything the project raises on purpose, and nothing else."""


class PermanentError(OmniCapiError):
    """Trying again cannot help."""


class TransientError(OmniCapiError):
    """Trying again will help; nothing has been decided about the message."""


class ConfigurationError(OmniCapiError):
    """A person has to change a setting before this can work."""


class BadEnvelope(PermanentError):
    """The request body is not a Pub/Sub push message (gcp.md §1.1)."""


class BadMessage(PermanentError):
    """The data of a Pub/Sub message is not what its topic carries."""


class UnknownChannel(PermanentError):
    """Nothing says how to read this: no map and no source belongs to the channel."""


class UnreadableFile(PermanentError):
    """A dropped file cannot be read at all; the text says why and what to do about it."""


class Unauthorized(PermanentError):
    """A request to the collector says nothing of who sends it."""


class Forbidden(PermanentError):
    """A request to the collector comes from somebody who may not send to its channel."""


class Refused(PermanentError):
    """One event or row cannot become valid.

    ``reason`` is the code that outcomes carry, ``field`` the field to look at (or ``None``), the text says what to do.
    """

    def __init__(self, reason: str, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.reason = reason
        self.field = field


class PassedOver(Refused):
    """A row or event was not meant for Meta, such as a row of totals or an event that the client's tables send nowhere.

    It is dropped, not rejected: nobody has to mend it.
    """


class Busy(TransientError):
    """More work is waiting than this instance may hold; Pub/Sub should come back later."""


class TooManyGuesses(TransientError):
    """An address tried more wrong keys of the collector than it may; its key was not weighed."""


class Overloaded(TransientError):
    """A request is more than this instance may have in work beside what it has; it may come again."""


class PublishFailed(TransientError):
    """Pub/Sub did not confirm a message in time."""


class MetaUnavailable(TransientError):
    """Meta did not decide: no answer, a server error or a rate limit. The same event ids go out again later."""


class BadSettings(ConfigurationError):
    """The environment is incomplete or wrong; the text lists every problem at once."""


class BadDocument(BadSettings):
    """A file that a setting names is missing or cannot be used; the text names it."""


class BadMap(BadDocument):
    """A map file says nothing usable; the text names the file and the entry."""


class MetaRefusedUs(ConfigurationError):
    """Meta refuses the sender, not the events: token, permission, dataset or API version."""
