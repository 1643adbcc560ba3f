from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from handle.datasets import LONGEST, Dataset, Datasets, DatasetsFile, Destination, only_dataset, read_datasets
from omnicapi.errors import BadSettings, Refused

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "datasets.json"

BRANDS = {
    "datasets": {
        "111": {"name": "Brazil", "country": "BR", "currency": "BRL"},
        "222": {"name": "Portugal", "country": "PT", "currency": "EUR"},
        "333": {"name": "All of Brazil", "country": "BR", "currency": "BRL"},
    },
    "routes": [
        {"channel": "whatsapp", "to": "333"},
        {"brand": ["Acme PT", "Loja"], "to": "222"},
        {"event_name": ["scroll", "user_engagement"], "to": []},
        {"channel": ["web", "store"], "event_name": "Purchase", "to": ["111", "222", "333"]},
        {"channel": "web", "to": "111"},
    ],
}


def datasets() -> Datasets:
    return Datasets(read_datasets(json.dumps(BRANDS).encode(), "datasets.json"))


def ids(found: tuple[Destination, ...]) -> list[tuple[str, ...]]:
    return [destination.ids for destination in found]


def test_without_a_file_everything_goes_to_the_one_dataset() -> None:
    assert ids(only_dataset("42").destinations("any", "Any", None, None)) == [("42",)]


def test_the_first_route_that_fits_counts() -> None:
    routed = datasets()
    assert ids(routed.destinations("whatsapp", "Purchase", None, None)) == [("333",)]
    assert ids(routed.destinations("web", "Purchase", "Loja", None)) == [("222",)]
    assert ids(routed.destinations("web", "PageView", "Other", None)) == [("111",)]


def test_capitals_in_a_channels_name_count_for_nothing() -> None:
    file = {**BRANDS, "routes": [{"channel": ["Web", "STORE"], "to": "111"}, {"channel": "WhatsApp", "to": "333"}]}
    routed = Datasets(read_datasets(json.dumps(file).encode(), "datasets.json"))
    channels = ["web", "store", "whatsapp"]
    assert [ids(routed.destinations(channel, "Lead", None, None)) for channel in channels] == [
        [("111",)],
        [("111",)],
        [("333",)],
    ]


def test_names_of_any_length_find_their_route_and_only_usual_ones_are_remembered() -> None:
    routed = datasets()
    for name in ("Lead", "x" * LONGEST, "x" * (LONGEST + 1), "x" * 1_000_000):
        assert ids(routed.destinations("web", name, "Acme PT", None)) == [("222",)]
    assert routed.routed.cache_info().currsize == 1


def test_a_route_may_lead_nowhere() -> None:
    assert datasets().destinations("web", "scroll", None, None) == ()


def test_several_datasets_are_gathered_by_their_defaults() -> None:
    found = datasets().destinations("store", "Purchase", None, None)
    assert ids(found) == [("111", "333"), ("222",)]
    assert [destination.defaults for destination in found] == [
        Dataset(country="BR", currency="BRL"),
        Dataset(country="PT", currency="EUR"),
    ]


def test_an_event_without_a_route_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        datasets().destinations("crm", "Lead", None, None)
    assert (refused.value.reason, refused.value.field) == ("dataset_missing", "dataset")


@pytest.mark.parametrize("override", ["222", "Portugal"])
def test_an_event_may_name_its_dataset_by_id_or_name(override: str) -> None:
    assert ids(datasets().destinations("crm", "Lead", None, override)) == [("222",)]


def test_an_override_that_names_no_dataset_is_refused() -> None:
    for known in (datasets(), only_dataset("42")):
        with pytest.raises(Refused) as refused:
            known.destinations("web", "Purchase", None, "999")
        assert (refused.value.reason, refused.value.field) == ("dataset_unknown", "dataset")


def test_the_brand_is_looked_at_only_where_a_route_asks() -> None:
    assert datasets().brand_property == "brand"
    assert only_dataset("42").brand_property is None
    assert ids(datasets().destinations("web", "PageView", {"not": "a text"}, None)) == [("111",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"datasets": {}}', "$.datasets"),
        ('{"datasets": {"1": {"token": "secret"}}}', "token"),
        ('{"datasets": {"1": {"country": "Brazil"}}}', "alpha-2"),
        ('{"datasets": {"1": {"currency": "brl"}}}', "ISO 4217"),
        ('{"datasets": {"1": {}, "2": {}}}', "several datasets and no route"),
        ('{"datasets": {"1": {}}, "routes": [{"to": "2"}]}', "$.routes[0].to names dataset 2"),
        ('{"datasets": {"1": {"name": "a"}, "2": {"name": "a"}}, "routes": [{"to": "1"}]}', "same name"),
        ('{"datasets": {"1": {}}, "routes": [{"channel": "web"}]}', "`to`"),
        ("{", "truncated"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_place(text: str, expected: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read_datasets(text.encode(), "gs://bucket/datasets.json")
    assert "gs://bucket/datasets.json" in str(refused.value)
    assert expected in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_schema_for_editors_is_the_one_in_the_code() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(msgspec.json.encode(msgspec.json.schema(DatasetsFile)))
