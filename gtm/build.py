"""``python -m gtm.build``: writes ``gtm/template.tpl``, the file that Tag Manager imports, from ``gtm/source``.

The sections and their order are those of Tag Manager's own export; nothing but JSON is rewritten on the way.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "source"
TEMPLATE = HERE / "template.tpl"

_TERMS = """\
By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time."""
"""What the gallery asks for, word for word."""


def template() -> str:
    """Return the whole template; raises ``ValueError`` that names the file where one is not JSON."""
    sections = {
        "TERMS_OF_SERVICE": _TERMS,
        "INFO": _json("info.json"),
        "TEMPLATE_PARAMETERS": _json("fields.json"),
        "SANDBOXED_JS_FOR_SERVER": _text("tag.js"),
        "SERVER_PERMISSIONS": _json("permissions.json"),
        "TESTS": _text("tests.yaml"),
        "NOTES": _text("notes.txt"),
    }
    return "\n\n\n".join(f"___{name}___\n\n{text}" for name, text in sections.items()) + "\n"


def _text(name: str) -> str:
    return (SOURCE / name).read_text(encoding="utf-8").strip("\n")


def _json(name: str) -> str:
    try:
        return json.dumps(json.loads(_text(name)), indent=2, ensure_ascii=False)
    except json.JSONDecodeError as error:
        raise ValueError(f"{SOURCE / name} is not JSON: {error}") from error


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8", newline="\n")
