"""The JSON Schema of ``maps/ga4.json``, for editors: ``python -m ingest.maps.ga4_schema docs/schema/ga4.json``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from ingest.maps.ga4_tables import Ga4File, is_mappable
from ingest.values.fields import FIELDS


def schema() -> dict[str, Any]:
    """Return the schema: the file's own entries, and every field that may stand under ``fields``."""
    (_,), definitions = msgspec.json.schema_components([Ga4File])
    whole = definitions[Ga4File.__name__]
    paths = whole["properties"]["fields"]["additionalProperties"]
    whole["properties"]["fields"]["properties"] = {
        of.path: {"description": f"{of.kind.value}", **paths} for of in FIELDS if is_mappable(of)
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": "Tables of GA4's events",
        "description": "Says which event of GA4's is which of Meta's, and where its fields stand: docs/ga4.md.",
    }


def text() -> str:
    """Return the schema as ``docs/schema/ga4.json`` holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
