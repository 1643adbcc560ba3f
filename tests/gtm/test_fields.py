"""The tag's form: what it refuses, and that code and form know the same fields."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.gtm.fields import complaints, defaults, flattened
from tests.gtm.template_file import Template

TEMPLATE = Template.read()
FIELDS = {field["name"]: field for field in flattened(TEMPLATE.fields)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("projectId", "my-shop-capi"),
        ("projectId", "example.com:my-shop"),
        ("topicId", "event-of-interest"),
        ("topicId", "staging_events.v2"),
        ("channel", "ga4"),
        ("channel", "web-de"),
        ("timeout", "100"),
        ("timeout", "4999"),
        ("eventNames", [{"name": "purchase"}, {"name": "generate_lead"}]),
        ("eventNames", []),
    ],
)
def test_the_form_takes(name: str, value: Any) -> None:
    assert complaints(FIELDS[name], value) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("projectId", ""),
        ("projectId", "short"),
        ("projectId", "My-Shop"),
        ("projectId", "123456789012"),
        ("projectId", "projects/my-shop-capi"),
        ("projectId", "my-shop-capi "),
        ("topicId", ""),
        ("topicId", "projects/my-shop-capi/topics/event-of-interest"),
        ("topicId", "ab"),
        ("channel", ""),
        ("channel", "Web"),
        ("timeout", ""),
        ("timeout", "0"),
        ("timeout", "5000"),
        ("timeout", "3 s"),
        ("eventNames", [{"name": ""}]),
        ("eventNames", [{"name": "purchase"}, {"name": "purchase"}]),
    ],
)
def test_the_form_refuses(name: str, value: Any) -> None:
    assert complaints(FIELDS[name], value)


def test_a_new_tag_lacks_the_project_only() -> None:
    new = defaults(TEMPLATE.fields)
    assert {name for name, value in new.items() if complaints(FIELDS[name], value)} == {"projectId"}


def test_the_code_reads_exactly_the_forms_fields() -> None:
    read = set(re.findall(r"\bdata\.(\w+)", TEMPLATE.code)) - {"gtmOnSuccess", "gtmOnFailure"}
    assert read == set(FIELDS)


def test_the_code_knows_exactly_the_choices_of_the_form() -> None:
    choices = {item["value"] for item in FIELDS["consentGate"]["selectItems"]}
    assert set(re.findall(r"data\.consentGate === '(\w+)'", TEMPLATE.code)) == choices - {"off"}


def test_every_field_is_labelled_and_explained() -> None:
    for name, field in FIELDS.items():
        assert field.get("displayName") or field.get("checkboxText"), name
        assert field["help"].endswith("."), name
