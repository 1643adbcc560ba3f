"""The picture of the tag's form shows the form."""

from __future__ import annotations

from xml.etree import ElementTree

from gtm.form import FILLED_IN, PICTURE, picture
from tests.gtm.fields import complaints, flattened
from tests.gtm.template_file import GTM, Template

FIELDS = {field["name"]: field for field in flattened(Template.read().fields)}


def test_the_picture_is_drawn_from_the_fields() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "run: python -m gtm.form"


def test_it_shows_every_field() -> None:
    words = " ".join(ElementTree.fromstring(picture()).itertext())
    for field in FIELDS.values():
        assert field.get("displayName", field.get("checkboxText")) in words


def test_what_is_filled_in_is_what_the_form_takes() -> None:
    for name, value in FILLED_IN.items():
        assert complaints(FIELDS[name], value) == []


def test_every_picture_is_one_and_is_shown() -> None:
    readme = (GTM / "README.md").read_text(encoding="utf-8")
    for path in (GTM / "pictures").glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
        assert f"(pictures/{path.name})" in readme
