import pytest

from ingest.storage.channel import channel_of
from omnicapi.errors import UnknownChannel

CHANNELS = {"store", "store-br", "web", "crm"}


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("incoming/store/a.csv", "store"),
        ("incoming/Store/2024/07/web.csv", "store"),
        ("incoming/brazil/web/a.csv", "web"),
        ("incoming/store-signals-07082024.csv", "store"),
        ("incoming/store.csv", "store"),
        ("incoming/STORE_0708.CSV", "store"),
        ("incoming/store-br-0708.csv", "store-br"),
        ("incoming/2024/web 07.xlsx", "web"),
    ],
)
def test_folder_or_beginning_of_the_name_say_the_channel(name: str, channel: str) -> None:
    assert channel_of(name, CHANNELS) == channel


@pytest.mark.parametrize("name", ["incoming/stores.csv", "incoming/my-store.csv", "incoming/x/a.csv", "incoming/"])
def test_an_unknown_channel_is_told_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownChannel, match="crm, store, store-br, web"):
        channel_of(name, CHANNELS)


def test_without_maps_there_is_no_channel() -> None:
    with pytest.raises(UnknownChannel, match="none"):
        channel_of("incoming/store/a.csv", ())
