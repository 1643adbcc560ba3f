"""Shapes of messages, one module each; a new one is listed in ``SHAPES`` and nothing else changes.

All shapes are asked about every object and exactly one must say yes: where two would do, guessing would mix them up.
"""

from __future__ import annotations

from ingest.topic.shapes import capi, capi_request, flat, ga4_bq, ga4_mp, sgtm, sgtm_event
from ingest.topic.shapes.shape import GoogleShape, Item, KeyedShape, Shape
from omnicapi.errors import Refused

SHAPES: tuple[KeyedShape | GoogleShape, ...] = (
    sgtm_event.SHAPE,
    sgtm.SHAPE,
    ga4_mp.SHAPE,
    ga4_bq.SHAPE,
    capi.SHAPE,
    capi_request.SHAPE,
    flat.SHAPE,
)

BODIES: tuple[Shape, ...] = (ga4_mp.SHAPE, capi_request.SHAPE)
"""Shapes that hold a list of events, each of which is refused by itself."""

_BY_NAME = {shape.name: shape for shape in SHAPES}


def named(schema: str) -> KeyedShape | GoogleShape:
    """Return the shape that a ``schema`` attribute names (``capi``, or ``capi/1`` with a version)."""
    shape = _BY_NAME.get(schema.partition("/")[0])
    if shape is None:
        raise Refused("schema_unknown", f"The schema attribute names no shape; known are {', '.join(_BY_NAME)}.")
    return shape


def recognise(item: Item) -> KeyedShape | GoogleShape:
    """Return the one shape of an object; raises Refused where none or several would do."""
    candidates = [shape.name for shape in SHAPES if shape.recognises(item)]
    if len(candidates) == 1:
        return _BY_NAME[candidates[0]]
    if candidates:
        raise Refused(
            "shape_ambiguous",
            f"The object could be {' or '.join(candidates)}; say which in the message's schema attribute.",
        )
    why = "" if "event_name" in item else " It has no event_name."
    raise Refused(
        "shape_unknown",
        f"The object is none of {', '.join(_BY_NAME)} (docs/sources.md).{why}",
        None if "event_name" in item else "event_name",
    )
