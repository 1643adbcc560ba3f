"""Which function reads the cells of a field."""

from __future__ import annotations

from ingest.values import limited_data_use
from ingest.values.contents import contents, ids
from ingest.values.convert import Convert, Formats, as_it_is, boolean, candidates, json_object, signal, text, texts
from ingest.values.dates import message_reader as message_reader_of_times
from ingest.values.fields import Field, Kind
from ingest.values.numbers import message_reader, whole
from omnicapi.consent.answers import signal_name
from omnicapi.consent.names import OPT_OUTS

_BY_KIND: dict[Kind, Convert] = {
    Kind.TEXT: text,
    Kind.LIST: texts,
    Kind.CANDIDATES: candidates,
    Kind.INTEGER: whole,
    Kind.BOOLEAN: boolean,
    Kind.OBJECT: json_object,
    Kind.CONTENTS: contents,
    Kind.OPTIONS: limited_data_use.options,
    Kind.COUNTRY_CODE: limited_data_use.country,
    Kind.STATE_CODE: limited_data_use.state,
    Kind.CONSENT: as_it_is,
    Kind.UNKNOWN: as_it_is,
}


def convert_for(of: Field, formats: Formats) -> Convert:
    """Return the function that reads cells of a field; it raises :class:`~ingest.values.convert.BadValue`.

    Of times and numbers it reads what ``formats`` say; what a column's values show is for
    :mod:`ingest.maps.cell_style`.
    """
    if of.kind is Kind.TIME:
        return message_reader_of_times(formats.time_zone)
    if of.kind is Kind.NUMBER:
        return message_reader(formats.decimal, money=of.is_money)
    if of.kind is Kind.SIGNAL:
        opts_out = signal_name(of.attribute) in OPT_OUTS
        return lambda cell: signal(cell, opts_out)
    return ids if of.path == "custom_data.content_ids" else _BY_KIND[of.kind]
