"""The limits of handle: their values, and how they stand to each other."""

from handle.format.contents import LONGEST_TEXT, MOST_PRODUCTS
from handle.format.custom_data import MOST_PROPERTIES
from handle.reader import MOST_READ, MOST_SENT
from handle.settings import HandleSettings
from omnicapi.messages import LARGEST_ITEM
from omnicapi.storage.found import MOST_BYTES
from tests.limits import IF_MEANT, numbers, pinned


def test_the_limits_have_the_values_they_ought_to_have() -> None:
    assert numbers("handle") == pinned("handle"), IF_MEANT


def test_no_more_values_are_sent_than_are_read() -> None:
    assert MOST_SENT < MOST_READ


def test_all_hashes_of_an_event_fit_into_an_item() -> None:
    assert MOST_SENT * len('"",') + MOST_SENT * 64 * 11 < LARGEST_ITEM


def test_what_is_sent_of_products_and_properties_is_bounded() -> None:
    assert 0 < MOST_PROPERTIES < MOST_PRODUCTS
    assert 0 < LONGEST_TEXT < LARGEST_ITEM


def test_documents_are_read_again_within_a_minute_and_are_no_larger_than_memory_bears() -> None:
    assert HandleSettings(google_cloud_project="project").reload_seconds <= 60
    assert MOST_BYTES < 100_000_000
