import logging
from pathlib import Path

import pytest

from ingest.collector.access import Access, Caller, ChannelKeys
from ingest.collector.guesses import WINDOW, Guesses
from omnicapi.errors import Forbidden, TooManyGuesses, Unauthorized
from omnicapi.storage.documents import Documents
from omnicapi.storage.found import MOST_SECRET_BYTES
from tests.ingest.collector.conftest import Clock
from tests.strict_bucket import StrictStorage

KEY, NEXT, OTHER = "the-key-of-the-crm", "the-next-key-of-the-crm", "the-key-of-the-app"
SHOP = "https://www.shop.example"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write(tmp_path, "crm", f"{KEY}\n")
    write(tmp_path, "app", OTHER)
    return tmp_path


@pytest.fixture
def access(directory: Path, clock: Clock) -> Access:
    return Access(ChannelKeys(str(directory), 60.0, clock), {"Web": [SHOP]}, Guesses(3, clock))


def write(directory: Path, channel: str, text: str) -> Path:
    file = directory / channel / "keys"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_key_opens_its_own_channel_only(access: Access) -> None:
    assert access.caller("crm", KEY, None) is Caller.BACK_END
    for number, (channel, key) in enumerate(
        [
            ("crm", OTHER),
            ("app", KEY),
            ("web", KEY),
            ("nowhere", KEY),
            ("crm", f"{KEY}x"),
            ("crm", "é"),
        ]
    ):
        with pytest.raises(Forbidden) as error:
            access.caller(channel, key, None, f"198.51.100.{number}")
        assert key not in str(error.value)


def test_a_page_opens_its_channel_without_a_key(access: Access) -> None:
    assert access.caller("web", None, SHOP) is Caller.BROWSER
    for channel, origin in [("crm", SHOP), ("web", "https://elsewhere.example"), ("web", "null"), ("web", f"{SHOP}.x")]:
        with pytest.raises(Forbidden):
            access.caller(channel, None, origin)


def test_a_key_makes_it_a_back_end_whatever_page_it_names(access: Access, directory: Path) -> None:
    write(directory, "web", KEY)
    assert access.caller("web", KEY, SHOP) is Caller.BACK_END


def test_who_says_nothing_is_asked_for_a_key(access: Access) -> None:
    with pytest.raises(Unauthorized, match="Bearer"):
        access.caller("crm", None, None)


def test_two_keys_count_while_one_replaces_the_other(access: Access, directory: Path, clock: Clock) -> None:
    assert access.caller("crm", KEY, None)
    write(directory, "crm", f"{KEY}\r\n\n  {NEXT}\n")
    clock.now = 59.0
    with pytest.raises(Forbidden):
        access.caller("crm", NEXT, None)
    clock.now = 60.0
    assert access.caller("crm", NEXT, None)
    assert access.caller("crm", KEY, None)
    write(directory, "crm", NEXT)
    clock.now = 120.0
    with pytest.raises(Forbidden):
        access.caller("crm", KEY, None)


def test_keys_still_count_while_they_cannot_be_read(access: Access, directory: Path, clock: Clock) -> None:
    assert access.caller("crm", KEY, None)
    (directory / "crm" / "keys").unlink()
    clock.now = 60.0
    assert access.caller("crm", KEY, None)


def test_keys_that_cannot_be_read_are_told_of_and_those_known_still_count(
    access: Access, directory: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert access.caller("crm", KEY, None)
    for minute, content in enumerate([b"x" * (MOST_SECRET_BYTES + 1), b"\xff\xfe"], start=1):
        (directory / "crm" / "keys").write_bytes(content)
        clock.now = 60.0 * minute
        assert access.caller("crm", KEY, None)
    assert [record.message for record in caplog.records] == ["keys cannot be read"] * 2


def test_keys_may_lie_in_a_bucket(clock: Clock) -> None:
    storage = StrictStorage()
    storage.bucket("keys").put("channels/crm/keys", KEY.encode())
    keys = ChannelKeys("gs://keys/channels", 60.0, clock, Documents(lambda: storage))
    assert Access(keys, {}, Guesses(3)).caller("crm", KEY, None) is Caller.BACK_END


def test_a_key_that_could_be_guessed_opens_nothing_and_is_told_of(
    access: Access, directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(directory, "crm", f"short\n{KEY}")
    assert access.caller("crm", KEY, None)
    with pytest.raises(Forbidden):
        access.caller("crm", "short", None)
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert "short\n" not in str(record.__dict__)


@pytest.mark.parametrize("channel", ["..", "../crm", "crm/../app", ".", "", "crm\0", "CRM", "a" * 64])
def test_what_is_no_name_of_a_channel_reaches_no_file(tmp_path: Path, channel: str) -> None:
    inside = tmp_path / "keys-of-channels"
    inside.mkdir()
    write(tmp_path, "", KEY)
    write(tmp_path, "crm", KEY)
    with pytest.raises(Forbidden, match="of this name"):
        Access(ChannelKeys(str(inside), 60.0), {}, Guesses(3)).caller(channel, KEY, None)


def test_without_a_directory_there_are_no_keys() -> None:
    with pytest.raises(Forbidden):
        Access(ChannelKeys("", 60.0), {}, Guesses(3)).caller("crm", KEY, None)


def test_who_guesses_is_let_wait_and_a_good_key_of_the_same_address_is_not(access: Access, clock: Clock) -> None:
    assert access.caller("crm", KEY, None, "198.51.100.7") is Caller.BACK_END
    for number in range(3):
        with pytest.raises(Forbidden):
            access.caller("crm", f"guess {number}", None, "198.51.100.7")
    for key in ("guess 4", OTHER):
        with pytest.raises(TooManyGuesses):
            access.caller("app", key, None, "198.51.100.7")
    assert access.caller("crm", KEY, None, "198.51.100.7") is Caller.BACK_END
    assert access.caller("app", OTHER, None, "203.0.113.9") is Caller.BACK_END
    clock.now = WINDOW
    assert access.caller("app", OTHER, None, "198.51.100.7") is Caller.BACK_END


def test_a_key_that_was_taken_away_opens_nothing_though_it_did(access: Access, directory: Path, clock: Clock) -> None:
    access.caller("crm", KEY, None, "198.51.100.7")
    write(directory, "crm", NEXT)
    clock.now = 61.0
    with pytest.raises(Forbidden):
        access.caller("crm", KEY, None, "198.51.100.7")
