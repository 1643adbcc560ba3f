"""``python -m gtm.form``: draws ``gtm/pictures/fields.svg``, the tag's form, from the template's own fields.

The form is drawn as it is filled in for a shop; the explanations, which Tag Manager shows at each question mark, stand
below their fields.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from gtm.build import HERE, SOURCE

PICTURE = HERE / "pictures" / "fields.svg"

FILLED_IN: dict[str, Any] = {
    "projectId": "my-shop-capi",
    "eventNames": [{"name": "purchase"}, {"name": "generate_lead"}],
}
"""What the shop typed; every other field keeps its default."""

_WIDTH = 720
_LEFT = 32
_LINE = 18
_COLUMNS = 106  # characters of an explanation in one line


@dataclass
class _Drawing:
    """Elements from top to bottom; ``at`` is where the next one begins."""

    elements: list[str] = field(default_factory=list)
    at: int = 0

    def text(self, words: str, style: str, indent: int = 0) -> None:
        """Write one line."""
        self.at += _LINE
        self.elements.append(f'<text class="{style}" x="{_LEFT + indent}" y="{self.at - 5}">{escape(words)}</text>')

    def box(self, value: str, style: str = "value", width: int = 400, mark: str = "") -> None:
        """Draw an input with its value, and a mark such as the arrow of a list at its end."""
        self.elements.append(f'<rect class="box" x="{_LEFT}" y="{self.at}" width="{width}" height="30" rx="3"/>')
        self.elements.append(f'<text class="{style}" x="{_LEFT + 10}" y="{self.at + 20}">{escape(value)}</text>')
        if mark:
            end = _LEFT + width
            self.elements.append(f'<text class="help" x="{end - 24}" y="{self.at + 20}">{escape(mark)}</text>')
        self.at += 34

    def svg(self) -> str:
        """Put the drawing on a sheet."""
        height = self.at + 16
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" role="img">',
                "<title>The fields of the tag Omni-CAPI Pub/Sub</title>",
                f"<style>{_STYLE}</style>",
                f'<rect class="sheet" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="6"/>',
                *self.elements,
                "</svg>\n",
            ]
        )


_STYLE = (
    "text{font-family:Roboto,Arial,sans-serif;font-size:13px;fill:#202124}"
    ".title{font-size:17px}.label{font-weight:500}.help{font-size:12px;fill:#5f6368}.value{font-size:14px}"
    ".sheet{fill:#fff;stroke:#dadce0}.box{fill:#fff;stroke:#9aa0a6}.line{stroke:#dadce0}"
)


def picture() -> str:
    """Draw the whole form."""
    drawing = _Drawing(at=14)
    drawing.text("Tag configuration", "title")
    drawing.text("Omni-CAPI Pub/Sub", "help")
    fields = json.loads((SOURCE / "fields.json").read_text(encoding="utf-8"))
    for each in fields:
        _draw(drawing, each)
    return drawing.svg()


def _draw(drawing: _Drawing, parameter: Mapping[str, Any]) -> None:
    drawing.at += 12
    if parameter["type"] == "GROUP":
        line = drawing.at
        drawing.elements.append(f'<line class="line" x1="{_LEFT}" y1="{line}" x2="{_WIDTH - _LEFT}" y2="{line}"/>')
        drawing.at += 8
        drawing.text(f"▾ {parameter['displayName']}", "title")
        for inner in parameter["subParams"]:
            _draw(drawing, inner)
        return
    if parameter["type"] == "CHECKBOX":
        drawing.text(f"☐ {parameter['checkboxText']}", "value")
    else:
        drawing.text(f"{parameter['displayName']} (?)", "label")
        _draw_input(drawing, parameter)
    for line_of_help in textwrap.wrap(parameter["help"], _COLUMNS):
        drawing.text(line_of_help, "help")


def _draw_input(drawing: _Drawing, parameter: Mapping[str, Any]) -> None:
    value = FILLED_IN.get(parameter["name"], parameter.get("defaultValue", ""))
    if parameter["type"] == "SIMPLE_TABLE":
        for cell in _cells(value):
            drawing.box(cell, mark="⊖")
        drawing.text(f"+ {parameter['newRowButtonText']}", "help")
    elif parameter["type"] == "SELECT":
        shown = {item["value"]: item["displayValue"] for item in parameter["selectItems"]}
        drawing.box(shown[value], mark="▾")
    else:
        drawing.box(value)


def _cells(rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        yield from row.values()


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")
