"""How often a publisher of chunks looks into the ledger; what it does with what it sees is in test_generations."""

from typing import Any

import pytest

from ingest.files.chunk_publisher import LOOKS, SLOW, ChunkPublisher
from ingest.files.chunks import Chunk
from ingest.ledger.ledger import Ledger
from ingest.ledger.records import LEDGER, Records
from ingest.readers.table import BEGINNING
from ingest.storage.objects import Objects
from tests.ingest.fakes import Topics
from tests.strict_bucket import StrictStorage


@pytest.mark.parametrize(("seconds", "looks"), [([0.1], 1), ([SLOW, 0.1], 2), ([SLOW] * 9, LOOKS)])
def test_a_look_that_took_long_is_repeated_and_not_for_ever(
    seconds: list[float], looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, taken, look = [0.0], iter(seconds), Ledger.look
    looked: list[float] = []

    def slowly(*arguments: Any) -> Any:
        looked.append(now[0])
        now[0] += next(taken)
        return look(*arguments)

    monkeypatch.setattr(Ledger, "look", slowly)
    objects = Objects(StrictStorage(), "drops")
    records = Records(objects, LEDGER, "store", "incoming/store/a.csv", 7)
    outgoing = Topics().queues().outgoing("store")
    publisher = ChunkPublisher(records, Ledger(objects, "store"), outgoing, clock=lambda: now[0])
    assert publisher.publish(Chunk(BEGINNING, BEGINNING, last=True)).published
    assert (len(looked), LOOKS, SLOW) == (looks, 3, 1.0)
