"""Cuts ``schemas.json`` out of a wheel of cdktn-provider-google, which is made from the Google provider's schemas.

``pip download --no-deps cdktn-provider-google==21.1.0`` (provider 8.7.0, MPL-2.0), then
``python -m tests.terraform.stub_provider.cut_schemas cdktn_provider_google-*.whl``. Run it when terraform/ uses a
resource type for the first time, or to follow a newer provider. Which attributes the provider computes itself although
they may be set, the wheel does not say; of those only ``id`` and ``name`` matter here.
"""

from __future__ import annotations

import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.terraform.stub_provider.schemas import FILE, Attribute, Block, Nested, Type

LEAVES = {"compute_url_map"}
"""Resources whose blocks are left out: more than all others have together, and none is used here."""

OBJECTS = {"cloud_run_v2_service": ("terminal_condition",), "cloud_run_v2_worker_pool": ("terminal_condition",)}
"""What the provider computes that is no plain value, where terraform/ reads it, and reads of it ``state``."""

TERRAFORM = Path(__file__).parents[3] / "terraform"

_FUNCTION = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{(.*?)^\}", re.DOTALL | re.MULTILINE)
_RESOURCE = re.compile(r"^    synthesizeHclAttributes\(\) \{(.*?)^    \}", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(
    r"^\s+(?P<name>[a-z]\w*): \{\n\s+value: (?P<value>.*),\n\s+isBlock: (?P<block>\w+),\n"
    r'\s+type: "(?P<kind>\w+)",\n\s+storageClassType: "(?P<storage>\w+)"',
    re.MULTILINE,
)
_FIELD = re.compile(r"(?:struct\.|this\._)(\w+)")
_INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{(.*?)^\}", re.DOTALL | re.MULTILINE)
_REQUIRED = re.compile(r"^    readonly (\w+): ", re.MULTILINE)
_GETTER = re.compile(r"get(String|Number|Boolean)Attribute\('(\w+)'\)")
STATES: Type = ["list", ["object", {"state": "string"}]]
_SIMPLE: dict[str, Type] = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "stringList": ["list", "string"],
    "numberList": ["list", "number"],
    "stringMap": ["map", "string"],
}
_OF_GETTER = {"String": "string", "Number": "number", "Boolean": "bool"}


class Source:
    """The generated code of one resource."""

    def __init__(self, code: str, declarations: str) -> None:
        self._code = code
        self._functions = dict(_FUNCTION.findall(code))
        self._required = {name: set(_REQUIRED.findall(body)) for name, body in _INTERFACE.findall(declarations)}

    def resource(self, *, leaf: bool) -> Block:
        """Return the resource's schema; of a ``leaf`` its attributes only."""
        start = self._code.index("extends cdktn.TerraformResource")
        name = re.findall(r"class (\w+) $", self._code[:start], re.MULTILINE)[-1]
        body = _RESOURCE.search(self._code, start)
        if body is None:
            raise SystemExit(f"{name}: no synthesizeHclAttributes; has the generator changed?")
        block = self._block(body[1], self._required[f"{name}Config"], leaf=leaf)
        for kind, attribute in _GETTER.findall(self._code[start:]):
            known = block.attributes.setdefault(attribute, Attribute(type=_OF_GETTER[kind], only_computed=True))
            known.computed = known.computed or (attribute in {"id", "name"} and not known.required)
        return block

    def _block(self, body: str, required: set[str], *, leaf: bool = False) -> Block:
        block = Block()
        for entry in _ENTRY.finditer(body):
            field = _FIELD.search(entry["value"])
            is_required = field is not None and field[1] in required
            if entry["block"] == "true":
                if leaf:
                    continue
                block.blocks[entry["name"]] = self._nested(entry, required=is_required)
            else:
                block.attributes[entry["name"]] = _attribute(entry, required=is_required)
        return block

    def _nested(self, entry: re.Match[str], *, required: bool) -> Nested:
        interface = entry["storage"].removesuffix("List")
        function = interface[0].lower() + interface[1:]
        many = re.search(rf'new \w+List\(this, "{entry["name"]}"', self._code) is not None and (
            f"new {interface}List(this" in self._code
        )
        return Nested(
            block=self._block(self._functions[function], self._required.get(interface, set())),
            set=entry["kind"] == "set",
            single=entry["kind"] == "struct",
            many=many,
            required=required,
        )


def _attribute(entry: re.Match[str], *, required: bool) -> Attribute:
    type_: Type = _SIMPLE[entry["storage"]]
    if entry["kind"] == "set":
        type_ = ["set", "string"]
    return Attribute(type=type_, required=required, write_only="markWriteOnlyAttribute" in entry["value"])


def resource_types() -> Iterator[str]:
    """Yield every resource type that terraform/ uses."""
    for file in sorted(TERRAFORM.rglob("*.tf")):
        yield from re.findall(r'^resource "google_(\w+)"', file.read_text(encoding="utf-8"), re.MULTILINE)


def cut(wheel: Path) -> dict[str, Block]:
    """Return the schemas of the resource types in use."""
    sources = read(wheel)
    missing = {f"google_{name}" for name in set(resource_types()) if _folder(name) not in sources}
    if missing:
        raise SystemExit(f"The wheel has no {', '.join(sorted(missing))}.")
    blocks = {name: sources[_folder(name)].resource(leaf=name in LEAVES) for name in sorted(set(resource_types()))}
    for name, attributes in OBJECTS.items():
        for attribute in attributes:
            blocks[name].attributes[attribute] = Attribute(type=STATES, only_computed=True)
    return {f"google_{name}": block for name, block in blocks.items()}


def read(wheel: Path) -> dict[str, Source]:
    """Return the generated code of the resource types in use, by its folder."""
    folders = {_folder(name) for name in resource_types()}
    texts: dict[str, dict[str, str]] = {}
    with zipfile.ZipFile(wheel) as outer:
        bundle = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(bundle))) as inner:
            for member in inner:
                folder, _, file = member.name.rpartition("/")
                if folder in folders and (content := inner.extractfile(member)) is not None:
                    texts.setdefault(folder, {})[file] = content.read().decode()
    return {folder: Source(files["index.js"], files["index.d.ts"]) for folder, files in texts.items()}


def _folder(name: str) -> str:
    return f"package/lib/{name.replace('_', '-')}"


if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(cut(Path(sys.argv[1]))), indent=1) + b"\n")
