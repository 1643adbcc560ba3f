"""That no limit is overlooked: how they are found, and that each room is held to its own."""

import msgspec
import pytest

from tests.limits import FILE, ROOMS, ROOT, numbers


def test_every_number_that_is_pinned_is_a_rooms() -> None:
    known = msgspec.json.decode(FILE.read_bytes(), type=dict[str, object])
    assert {name.partition(".")[0] for name in known} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_held_to_its_limits_by_a_test_of_its_own(room: str) -> None:
    assert f'numbers("{room}") == pinned("{room}")' in (ROOT / "tests" / room / "test_limits.py").read_text()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("forward.batches.gate.LONGEST_PAUSE", 30.0),
        ("forward.verdicts.debts.LONGEST_PAUSE", 4.0),
        ("forward.settings.ForwardSettings.batch_count", 1000),
        ("omnicapi.settings.ServiceSettings.publish_timeout", 30.0),
        ("ingest.ledger.ledger.STALE", 900.0),
        ("ingest.orders.total.CENT", "Decimal('0.01')"),
        ("ingest.values.time_zones._FARTHEST", "datetime.timedelta(seconds=50400)"),
    ],
)
def test_a_number_is_found_where_it_is_defined(name: str, value: object) -> None:
    assert numbers(name.partition(".")[0])[name] == value


def test_a_number_that_is_imported_is_not_found_twice() -> None:
    assert "forward.intake.FIRST_WORD" not in numbers("forward")
