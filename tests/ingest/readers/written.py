"""Spreadsheets written by hand, as programs do that tests have not at hand."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

DAY, DURATION = "1", "2"
"""Styles of :func:`xlsx`."""


def letters(column: int) -> str:
    """Name a column, counted from 0, as spreadsheets do."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def relations(*of: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="{id_}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>' for id_, kind, target in of
    )
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def xlsx(
    rows: str, texts: str = "", *, formats: tuple[str, ...] = ("yyyy-mm-dd", "[h]:mm"), from_1904: bool = False
) -> bytes:
    """Return a workbook of one sheet: ``rows`` are what stands in its data, ``texts`` its shared texts."""
    return packed(parts(rows, texts, formats=formats, from_1904=from_1904))


def parts(
    rows: str, texts: str = "", *, formats: tuple[str, ...] = ("yyyy-mm-dd", "[h]:mm"), from_1904: bool = False
) -> dict[str, str | bytes]:
    """Return the parts of :func:`xlsx` by their names."""
    numbers = range(164, 164 + len(formats))
    declared = "".join(
        f"<numFmt numFmtId='{number}' formatCode={quoteattr(code)}/>"
        for number, code in zip(numbers, formats, strict=True)
    )
    used = "".join(f"<xf numFmtId='{number}'/>" for number in numbers)
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}"><workbookPr date1904="{int(from_1904)}"/>'
        '<sheets><sheet name="July" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "styles.xml"),
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{declared}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f'</cellStyleXfs><cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }


def shared(text: str) -> str:
    return f'<si><t xml:space="preserve">{escape(text)}</t></si>'


def cell(reference: str, kind: str, value: str, style: str = "") -> str:
    """Return a cell as programs write it."""
    styled = f' s="{style}"' if style else ""
    typed = f' t="{kind}"' if kind != "n" else ""
    inside = (
        f'<is><t xml:space="preserve">{escape(value)}</t></is>' if kind == "inlineStr" else f"<v>{escape(value)}</v>"
    )
    return f'<c r="{reference}"{styled}{typed}>{inside}</c>'


_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = " ".join(f'xmlns:{name}="{_OASIS}{name}:1.0"' for name in ("office", "style", "table", "text"))


def ods(rows: str, prolog: str = "", styles: str = "", tables: str = "", style: str = "") -> bytes:
    """Return an OpenDocument spreadsheet of a sheet ``July``; ``tables`` come before it."""
    styled = f' table:style-name="{style}"' if style else ""
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OASIS}manifest:1.0"></manifest:manifest>',
            "content.xml": f"{prolog}<office:document-content {_NAMESPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
            f'<table:table table:name="July"{styled}>{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def ods_row(*texts: str, times: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'
