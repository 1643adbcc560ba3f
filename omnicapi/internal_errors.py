"""What an item raises that nobody foresaw costs that item, not its neighbours; what is no item's fault costs none.

A trouble of Pub/Sub's, of a setting or of the machine is raised on, so that the message comes again. So is the error of
message after message with no good item among them: then it is the deployment that is bad, and nothing may drain away
for it.
"""

from __future__ import annotations

import logging

from omnicapi.bounds import short
from omnicapi.errors import ConfigurationError, Refused, TransientError
from omnicapi.logs import failure, fields
from omnicapi.messages import Origin

log = logging.getLogger(__name__)

INTERNAL_ERROR = "internal_error"
"""Reason of an item that a service could not process for a fault of its own."""

MOST_IN_A_ROW = 50
"""Items that may be refused so, in messages of which nothing else was processed, before a message is kept back."""


class InternalErrors:
    """Counts, for all threads of a service, the items in a row that raised what nobody foresaw.

    ``most_in_a_row`` of them are refused; ``math.inf`` where whoever sent them learns of each and can send them again.
    """

    def __init__(self, most_in_a_row: float = MOST_IN_A_ROW) -> None:
        self._most = most_in_a_row
        self._last = Exception()
        self.in_a_row = 0

    def refusal(self, error: Exception, origin: Origin) -> Refused:
        """Log what processing the item at ``origin`` raised, and return why it is refused; raise what is not its fault.

        Neither holds anything of the item.
        """
        if isinstance(error, TransientError | ConfigurationError | MemoryError):
            raise error
        self._last = error
        self.in_a_row += 1
        if self.in_a_row <= MOST_IN_A_ROW:
            described = failure(error)["json_fields"]
            log.error("an item is refused for an error of ours", extra=fields(origin=short(origin.text()), **described))
        text = (
            f"The service failed on it ({type(error).__name__}); tell the maintainers, with the place. "
            "Nothing else was held up by it."
        )
        return Refused(INTERNAL_ERROR, text)

    def end_message(self, items: int, failed: int) -> None:
        """Note that of the ``items`` of a message so many ``failed``; call it before anything of it is published.

        One good item shows that the others' errors are their own. Raises the last error where there was none in this
        message, nor in those before, for too long.
        """
        if items > failed:
            self.in_a_row = 0
        elif failed and self.in_a_row > self._most:
            raise self._last
