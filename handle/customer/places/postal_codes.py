"""Countries whose postal codes are digits only: how many, and how few are left where leading zeros were dropped."""

from __future__ import annotations

from typing import NamedTuple


class Form(NamedTuple):
    """The codes of a country."""

    digits: int
    """How many digits a code has."""
    fewest: int
    """How many are left of the lowest codes without their leading zeros; ``digits`` where no code begins with one."""
    also: tuple[int, ...] = ()
    """Other lengths in use: a first part that is written alone, an older form."""
    after_zeros: str = "123456789"
    """The digits that stand behind the leading zeros of codes in use."""

    def restored(self, code: str) -> str | None:
        """Give a code its leading zeros back; None where none can be missing, or others than zeros are."""
        missing = self.fewest <= len(code) < self.digits and len(code) not in self.also
        return code.zfill(self.digits) if missing and code[0] in self.after_zeros else None

    def is_short(self, code: str) -> bool:
        """Tell digits that are too few for a code of the country."""
        return len(code) < self.digits and len(code) not in self.also


WITH_US_ZIP_CODES = frozenset(["US", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"])
"""The United States, and the territories and states that its postal service numbers."""

# By digits and fewest. Portuguese codes may lack their last three digits and Brazilian ones, as Meta's SDK cuts them,
# too; Israel's older codes have five, Taiwan's three or six.
_TABLE = {
    (3, 2): "GN",
    (3, 3): "FO IS LS MG OM PG",
    (4, 2): "AM ZA",
    (4, 3): "DK GE NO NZ PA PH",
    (4, 4): "AF AL AT BD BE BG CC CH CV CX CY ET GL GW HM HU LI LR LU MK MZ NE NF PY SI SJ TN VE",
    (5, 3): "FI IT KE LK PL VA",
    (5, 4): "DZ ES FR GT KR LA LT MM MV MX MY PE SK TR UA",
    (5, 5): "AX BA BL BT CR CU CZ DO EE EG EH GF GP GR HN HR ID IQ JO KW MA MC ME MF MQ NA NC NI NP PF PK PM RE "
    "SA SD SE SM SN TH UY WF YT ZM",
    (6, 5): "CN CO EC KZ RO SG",
    (6, 6): "BY IN KG NG RU TJ TM UZ",
    (7, 6): "JP",
    (7, 7): "CL",
    (8, 7): "BR",
    (10, 10): "IR",
}
_ALSO = {
    "BR": (5,),
    "CR": (4,),
    "IR": (5,),
    "PE": (2,),
    "PY": (6,),
    "SA": (9,),
}

FORMS = {
    **{
        country: Form(digits, fewest, _ALSO.get(country, ()))
        for (digits, fewest), countries in _TABLE.items()
        for country in countries.split()
    },
    **dict.fromkeys(WITH_US_ZIP_CODES, Form(5, 3)),
    "AU": Form(4, 3, after_zeros="289"),
    "DE": Form(5, 4, after_zeros="12346789"),
    "IL": Form(7, 7, (5,)),
    "KH": Form(6, 6, (5,)),
    "MN": Form(5, 5, (6,)),
    "PT": Form(7, 7, (4,)),
    "RS": Form(5, 5, (6,)),
    "TW": Form(5, 5, (3, 6)),
    "TZ": Form(5, 5, (4,)),
    "VN": Form(5, 4, (6,)),
}
"""By alpha-2 code. A test compares them with Google's address data."""
