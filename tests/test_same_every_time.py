"""`make test` draws the same examples whatever ran before, so that its verdict is the same every time."""

import subprocess
import sys
from pathlib import Path

from hypothesis import settings

from tests.examples import examples, profile

ROOT = Path(__file__).parent.parent
DRAWING = """
import {loaded_before}
from hypothesis import given, settings, strategies

import tests.conftest

drawn = []


@settings(settings.get_profile({profile!r}), max_examples=100)
@given(strategies.text(), strategies.integers(), strategies.sets(strategies.text()), strategies.floats())
def law(text, integer, texts, number):
    drawn.append(ascii((text, integer, sorted(texts), number)))


law()
print("\\n".join(drawn))
"""


def drawn(profile: str, *, loaded_before: str = "json", hash_seed: str = "0") -> str:
    """Draw examples in a process of its own, in which a module was loaded before."""
    script = DRAWING.format(profile=profile, loaded_before=loaded_before)
    command = [sys.executable, "-B", "-c", script]
    environment = {"PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_examples_depend_neither_on_what_was_loaded_nor_on_the_seed_of_hashes() -> None:
    first = drawn("same every time")
    assert len(first.splitlines()) >= 100
    assert drawn("same every time", loaded_before="handle.step", hash_seed="1") == first


def test_exploring_draws_others_each_time() -> None:
    assert drawn("explore") != drawn("explore")


def test_a_law_with_fewer_examples_is_explored_in_the_same_proportion() -> None:
    assert examples(40).max_examples == 40 * profile().max_examples // 100
    assert settings.get_profile("explore").max_examples == 20 * settings.get_profile("same every time").max_examples
