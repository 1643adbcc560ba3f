import hashlib
from decimal import Decimal
from typing import Any

import pytest

from tests.cases.matchers import matches

ANA = [hashlib.sha256(b"ana").hexdigest()]


@pytest.mark.parametrize(
    ("want", "right", "wrong"),
    [
        (1, 1, Decimal("1.0")),
        (Decimal("1.0"), 1, True),
        (True, True, 1),
        (["a", {"absent": True}], ["a", None], ["a"]),
        ({"any": [1, 2]}, 2, 3),
        ({"not": [1, 2]}, 3, 2),
        ({"sha256": "ana"}, ANA, "ana"),
        ({"sha256": ["bia", "ana"]}, ANA, None),
        ({"time": "1970-01-01T00:01:00Z"}, 60, 61),
        ({"time": "1970-01-01T00:01:00Z", "within": 1}, 61, 62),
        ({"says": "negative|refund"}, "A Refund.", None),
        ({"says": "^ph:"}, ["ph: left out"], ["em: left out"]),
        ({"silent": "null"}, "1", "NULL"),
        ({"silent": "null"}, "1", None),
        ({"absent": True}, None, ""),
        ({"length": 2}, [1, 2], [1]),
    ],
)
def test_a_matcher_tells_right_from_wrong(want: Any, right: Any, wrong: Any) -> None:
    assert matches(want, right)
    assert not matches(want, wrong)
