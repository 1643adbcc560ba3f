"""Signs of currencies as people write them beside an amount: ``€``, ``R$``, ``kr``, ``zł``, or a code of ISO 4217.

The table follows Unicode's CLDR (the sign of each currency in every language of a country where it is tender) and adds
what shops write besides. Letters that also mean thousands or a measure (``K``, ``M``, ``G``) are no signs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from omnicapi.values.currencies import DIGITS

_DOLLARS = (
    "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD USD UYU "
    "XCD"
)
_SIGNS = {
    # Of several currencies: they never decide alone.
    "$": _DOLLARS,
    "¥": "JPY CNY",
    "元": "CNY TWD HKD MOP",
    "圆": "CNY TWD HKD MOP",
    "圓": "TWD HKD MOP CNY",
    "kr": "DKK NOK SEK ISK",
    "£": "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    "₤": "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    "C$": "CAD NIO",
    "B$": "BND BSD",
    "T$": "TOP TWD TTD",
    "₩": "KRW KPW",
    "₱": "PHP CUP",
    "₡": "CRC SVC",
    "Rs": "INR LKR MUR NPR PKR SCR",
    "lei": "RON MDL",
    "руб р": "RUB BYN",
    "Br": "BYN ETB",
    "Bs": "BOB VED VES",
    "F Fr": "BIF CDF CHF DJF GNF KMF RWF XAF XOF XPF",
    "CFA FCFA F.CFA": "XAF XOF",
    "L": "ALL HNL LSL MDL SZL",
    "Sh": "KES SOS TZS UGX",
    "P": "BWP PHP",
    "ƒ": "AWG XCG",
    "ریال ريال": "IRR OMR QAR SAR YER",
    "din дин": "RSD DZD",
    "ден den": "MKD",
    "сом som": "KGS UZS",
    # Of one currency.
    "€ euro euros": "EUR",
    "US$ $US U$S U$ щ.д": "USD",
    "CA$ $CA Can$": "CAD",
    "A$ AU$ $A $AU": "AUD",
    "NZ$ $NZ": "NZD",
    "HK$ $HK": "HKD",
    "NT$ 新台幣": "TWD",
    "S$ $SG SG$": "SGD",
    "MX$ $MX Mex$": "MXN",
    "AR$ $AR Arg$": "ARS",
    "CL$ $CL CLP$": "CLP",
    "Col$ $CO CO$": "COP",
    "$U $UY": "UYU",
    "R$ BR$": "BRL",
    "RD$": "DOP",
    "J$ JM$": "JMD",
    "TT$ $TT": "TTD",
    "Bds$": "BBD",
    "BZ$ $BZ": "BZD",
    "BM$ $BM": "BMD",
    "BS$": "BSD",
    "$BN": "BND",
    "EC$ $EC": "XCD",
    "FJ$ $FJ": "FJD",
    "SI$ $SB": "SBD",
    "$SR": "SRD",
    "N$ $NA": "NAD",
    "L$": "LRD",
    "G$": "GYD",
    "CI$": "KYD",
    "WS$ $WS": "WST",
    "MOP$": "MOP",
    "$b": "BOB",
    "Bs.S": "VES",
    "GB£ £GB UK£": "GBP",
    "EG£ E£ ج.م": "EGP",
    "£FK": "FKP",
    "£GI": "GIP",
    "£LB ل.ل": "LBP",
    "ل.س LS": "SYP",
    "ج.س": "SDG",
    "JP¥ 円 日本円": "JPY",
    "CN¥ ¥CN RMB 人民币": "CNY",
    "원": "KRW",
    "KR₩": "KRW",
    "₹ रु": "INR",
    "नेरू": "NPR",
    "රු": "LKR",
    "৳ Tk": "BDT",
    "zł zl": "PLN",
    "Kč Kc": "CZK",
    "Ft": "HUF",
    "₽": "RUB",
    "₴ грн": "UAH",
    "₸ тг тенге": "KZT",
    "₺ TL": "TRY",
    "₼": "AZN",
    "₾": "GEL",
    "֏": "AMD",
    "؋": "AFN",
    '₪ NIS ש״ח ש"ח': "ILS",
    "฿ TH฿ บาท": "THB",
    "₫ đ": "VND",
    "₭": "LAK",
    "₮": "MNT",
    "៛": "KHR",
    "₲ Gs": "PYG",
    "₦": "NGN",
    "₵ GH₵": "GHS",
    "S/ S/.": "PEN",
    "B/ B/.": "PAB",
    "Q": "GTQ",
    "R": "ZAR",
    "Rp": "IDR",
    "RM": "MYR",
    "Rf": "MVR",
    "ރ": "MVR",
    "Dkr": "DKK",
    "Nkr": "NOK",
    "Skr": "SEK",
    "Ikr": "ISK",
    "SFr": "CHF",
    "KM КМ": "BAM",
    "KSh": "KES",
    "TSh": "TZS",
    "USh": "UGX",
    "FBu": "BIF",
    "FC": "CDF",
    "FG": "GNF",
    "FRw RF": "RWF",
    "Fdj": "DJF",
    "CF": "KMF",
    "CFPF FCFP CFP": "XPF",
    "MTn": "MZN",
    "Ar": "MGA",
    "Le": "SLE",
    "Lekë": "ALL",
    "Kz": "AOA",
    "Db": "STN",
    "UM أ.م": "MRU",
    "VT": "VUV",
    "Nu": "BTN",
    "Nfk": "ERN",
    "MK": "MWK",
    "Afl": "AWG",
    "Cg": "XCG",
    "soʻm сўм": "UZS",
    "ТМТ": "TMT",
    "ብር": "ETB",
    "د.إ": "AED",
    "د.أ د.ا": "JOD",
    "د.ب": "BHD",
    "د.ت DT": "TND",
    "د.ج DA": "DZD",
    "د.ع": "IQD",
    "د.ك": "KWD",
    "د.ل": "LYD",
    "د.م": "MAD",
    "ر.إ": "IRR",
    "ر.س": "SAR",
    "SR": "SAR SCR",
    "ر.ع": "OMR",
    "ر.ق QR": "QAR",
    "ر.ي": "YER",
}


def _compact(text: str) -> str:
    """Reduce a sign to what counts: width, case, blanks and marks of writing direction do not."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).casefold()


_IGNORED = re.compile(r"[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LONGEST = 12
"""Characters of the longest sign with a code beside it; what is longer is something else."""

_LETTERS = {"Ll", "Lm", "Lo", "Lu", "Mn", "Mc"}
"""Letters and the vowels that some scripts add to them."""


def _table() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for signs, codes in _SIGNS.items():
        for sign in map(_compact, signs.split()):
            meant = frozenset(codes.split())
            table[sign] = table.get(sign, frozenset()) | meant
            if unicodedata.category(sign[-1]) in _LETTERS:
                table[f"{sign}."] = table[sign]  # an abbreviation: kr., Rs.
    return table


_BY_SIGN = _table()


def written(text: str) -> frozenset[str]:
    """Return the codes of all currencies that are written so; none where it is no sign, no code and not both of one."""
    return _written(text) if len(text) <= _LONGEST else frozenset()


@lru_cache(maxsize=1024)
def _written(text: str) -> frozenset[str]:
    sign = _compact(text)
    if sign in _BY_SIGN:
        return _BY_SIGN[sign]
    if sign.upper() in DIGITS:
        return frozenset((sign.upper(),))
    for code, other in ((sign[:3], sign[3:]), (sign[-3:], sign[:-3])):
        if code.upper() in DIGITS and other in _BY_SIGN:
            return _BY_SIGN[other] & {code.upper()}
    return frozenset()


def decided(text: str) -> str | None:
    """Return the one currency that is written so, or ``None`` where it may be several or none.

    Plain letters that are no code (``R``, ``Ft``, ``KM``) may be something else, so they only confirm a currency that
    is stated elsewhere.
    """
    if len(written(text)) != 1:
        return None
    [code] = written(text)
    sign = _compact(text)
    return None if sign.rstrip(".").isalpha() and sign.isascii() and sign != code.casefold() else code
