"""``template.tpl`` is what the sources say, and what Tag Manager and its gallery take."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from gtm import build
from tests.gtm.template_file import GTM, TEMPLATE, Template

PARSED = Template.read()


def test_the_template_is_built_from_its_sources() -> None:
    assert TEMPLATE.read_bytes() == build.template().encode(), "run: python -m gtm.build"


def test_the_code_of_the_template_is_the_readable_file() -> None:
    assert PARSED.code + "\n" == (build.SOURCE / "tag.js").read_text(encoding="utf-8")


def test_a_source_that_is_not_json_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(build.SOURCE, tmp_path / "source")
    monkeypatch.setattr(build, "SOURCE", tmp_path / "source")
    (tmp_path / "source" / "fields.json").write_text("[,]", encoding="utf-8")
    with pytest.raises(ValueError, match=r"fields\.json is not JSON"):
        build.template()


def test_the_sections_are_those_of_an_export_in_their_order() -> None:
    assert PARSED.names == [
        "TERMS_OF_SERVICE",
        "INFO",
        "TEMPLATE_PARAMETERS",
        "SANDBOXED_JS_FOR_SERVER",
        "SERVER_PERMISSIONS",
        "TESTS",
        "NOTES",
    ]


def test_it_is_a_tag_for_server_containers_with_categories() -> None:
    assert (PARSED.info["type"], PARSED.info["containerContexts"]) == ("TAG", ["SERVER"])
    assert PARSED.info["id"] == "cvt_temp_public_id"
    assert PARSED.info["categories"]


def test_no_section_is_broken_by_a_heading_inside_it() -> None:
    assert len(PARSED.names) == len(set(PARSED.names))


def test_lines_end_as_in_an_export() -> None:
    assert b"\r" not in TEMPLATE.read_bytes()


def test_the_folder_holds_what_the_gallery_asks_of_a_repository() -> None:
    metadata = yaml.safe_load((GTM / "metadata.yaml").read_text(encoding="utf-8"))
    assert metadata.keys() == {"homepage", "documentation", "versions"}
    assert all(len(version["sha"]) == 40 and version["changeNotes"] for version in metadata["versions"])
    assert "Apache License" in (GTM / "LICENSE").read_text(encoding="utf-8")
    assert (GTM / "README.md").exists()
