"""Two-letter codes of the United States (ANSI, USPS) and of Canada's provinces (Canada Post), by name.

Names are written as the rule for states leaves them: lower case, ASCII letters, no spaces.
"""

from __future__ import annotations

from collections.abc import Iterable

_UNITED_STATES = """
alabama al, alaska ak, arizona az, arkansas ar, california ca, colorado co, connecticut ct, delaware de,
districtofcolumbia dc, washingtondc dc, florida fl, georgia ga, hawaii hi, idaho id, illinois il, indiana in, iowa ia,
kansas ks, kentucky ky, louisiana la, maine me, maryland md, massachusetts ma, michigan mi, minnesota mn,
mississippi ms, missouri mo, montana mt, nebraska ne, nevada nv, newhampshire nh, newjersey nj, newmexico nm,
newyork ny, northcarolina nc, northdakota nd, ohio oh, oklahoma ok, oregon or, pennsylvania pa, rhodeisland ri,
southcarolina sc, southdakota sd, tennessee tn, texas tx, utah ut, vermont vt, virginia va, washington wa,
westvirginia wv, wisconsin wi, wyoming wy,
americansamoa as, guam gu, northernmarianaislands mp, puertorico pr, virginislands vi, usvirginislands vi,
unitedstatesvirginislands vi, armedforcesamericas aa, armedforceseurope ae, armedforcespacific ap
"""

_CANADA = """
alberta ab, britishcolumbia bc, colombiebritannique bc, manitoba mb, newbrunswick nb, nouveaubrunswick nb,
newfoundlandandlabrador nl, newfoundlandlabrador nl, newfoundland nl, terreneuveetlabrador nl, terreneuve nl,
novascotia ns, nouvelleecosse ns, northwestterritories nt, territoiresdunordouest nt, nunavut nu, ontario on,
princeedwardisland pe, ileduprinceedouard pe, quebec qc, saskatchewan sk, yukon yt, yukonterritory yt
"""


def _table(names: str) -> dict[str, str]:
    """Map each name to its code, and each code to itself."""
    pairs = (pair.strip().partition(" ") for pair in names.split(","))
    by_name = {name: code for name, _, code in pairs}
    return by_name | {code: code for code in by_name.values()}


def _cut(names: Iterable[str]) -> frozenset[str]:
    """Give what is left of the names where a column is too narrow, save what is a name itself."""
    beginnings = {name[:length] for name in names for length in range(_SHORTEST_CUT, len(name))}
    return frozenset(beginnings.difference(names, _NAMES_ELSEWHERE))


_SHORTEST_CUT = 4
_NAMES_ELSEWHERE = ("kent", "north", "south", "west")

STATES = {"US": _table(_UNITED_STATES), "CA": _table(_CANADA)}
"""By country: the code for every name and every code."""

CUT_NAMES = _cut([name for names in STATES.values() for name in names])
"""``califor``: no name of a state, but the beginning of one, from four letters on."""
