"""What the page for GTM owners says is what the tag does."""

from __future__ import annotations

import re

import pytest

from tests.gtm.fields import flattened
from tests.gtm.sandbox import Answer, Incoming
from tests.gtm.template_file import GTM, ROOT, Template
from tests.gtm.test_tag import EVENT, run

PAGE = (ROOT / "docs" / "gtm.md").read_text(encoding="utf-8")
TROUBLES = PAGE.partition("## When it does not work")[2]
README = (GTM / "README.md").read_text(encoding="utf-8")
TEMPLATE = Template.read()


def test_every_field_of_the_form_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| ([A-Z][^|]+?) \|", PAGE.partition("| field |")[2].partition("**Trigger**")[0], re.MULTILINE)
    shown = [field.get("displayName", field.get("checkboxText", "")) for field in flattened(TEMPLATE.fields)]
    assert len(rows) == len(shown)
    assert all(label.startswith(row) for row, label in zip(rows, shown, strict=True))


@pytest.mark.parametrize("status", re.findall(r"'(\d{3})':", TEMPLATE.code))
def test_every_status_that_has_a_remedy_is_in_the_table_of_troubles(status: str) -> None:
    assert re.search(rf"^\|[^|]*`{status}`", TROUBLES, re.MULTILINE)


@pytest.mark.parametrize(
    ("event", "answer"), [(EVENT, Answer(reason="timed_out")), (EVENT, Answer(reason="failed")), ({}, Answer(200))]
)
def test_what_the_console_says_is_in_the_table_of_troubles(event: dict[str, str], answer: Answer) -> None:
    (line,) = run(Incoming(event), lambda _: answer).logs
    said = line.removeprefix("Omni-CAPI: Not published: ").rstrip(".").removeprefix("Pub/Sub ")
    assert said in TROUBLES


@pytest.mark.parametrize("page", [PAGE, README])
def test_what_success_looks_like_is_what_the_tag_says(page: str) -> None:
    (line,) = run(Incoming(EVENT, preview=True)).logs
    assert f"`{line}`" in page


def test_both_pages_give_the_same_right() -> None:
    command = re.compile(r"gcloud pubsub topics add-iam-policy-binding[^`]*?publisher")
    granted = {" ".join(command.findall(page)[0].split()) for page in (PAGE, README)}
    assert len(granted) == 1


def test_the_readme_lists_the_keys_and_cookies_that_travel() -> None:
    for word in [*re.findall(r"'(_\w+|FPID)'", TEMPLATE.code), "published_at_ms", "container", "request"]:
        assert f"`{word}`" in README
