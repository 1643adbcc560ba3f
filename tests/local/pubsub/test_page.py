import re
from dataclasses import fields
from pathlib import Path

from local.pubsub import BrokerOptions

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "local-pubsub.md").read_text(encoding="utf-8")


def test_the_page_lists_exactly_the_declared_differences() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py"))
    declared = set(re.findall(r'^@differs\("([^"]+)"', tests, re.MULTILINE))
    table = PAGE.partition("| Google's emulator |")[2].partition("\n\n")[0]
    listed = {row.split(" | ")[0].removeprefix("| ") for row in table.splitlines()[2:]}
    assert listed == declared


def test_the_page_gives_every_option_with_its_default() -> None:
    for option in fields(BrokerOptions):
        default = f"{option.default:g}" if isinstance(option.default, float) else option.default
        assert re.search(rf"^\| `--{option.name.replace('_', '-')}` \| `?{default}`? \|", PAGE, re.MULTILINE), (
            option.name
        )
