"""Codes that are written as currencies and are none that is in use, and what to write instead.

Amounts are never converted here: whoever corrects the code corrects the amount with it. Former currencies are those of
ISO 4217, list three; the others are what shops and spreadsheets write.
"""

from __future__ import annotations

from omnicapi.values.currency_signs import written

_SUCCESSORS = {
    "EUR": "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK",
    "AOA": "AOK AON AOR",
    "AZN": "AZM",
    "BRL": "BRC BRE BRN BRR",
    "BYN": "BYB BYR",
    "CUP": "CUC",
    "GHS": "GHC GHP",
    "MRU": "MRO",
    "MXN": "MXP",
    "MZN": "MZM",
    "PEN": "PEI",
    "PLN": "PLZ",
    "RON": "ROL",
    "RUB": "RUR",
    "SDG": "SDD SDP",
    "SLE": "SLL",
    "SRD": "SRG",
    "STN": "STD",
    "TMT": "TMM",
    "TRY": "TRL",
    "UAH": "UAK",
    "VES": "VEB VEF",
    "XCG": "ANG",
    "ZMW": "ZMK",
    "ZWG": "ZWD ZWL ZWN ZWR",
}
_MISTAKEN = {"AED": "DHS", "CNY": "CNH", "GBP": "GBX STG UKP", "JPY": "YEN", "TWD": "NTD"}
_CRYPTO = "ADA BCH BNB BTC BUSD DAI DOGE ETH LTC SOL TRX USDC USDT XBT XMR XRP"

NOT_TAKEN: dict[str, str] = {
    **{
        code: f"is no longer in use; its successor is {new}" for new, old in _SUCCESSORS.items() for code in old.split()
    },
    **{code: f"is no code of ISO 4217; {right} is" for right, codes in _MISTAKEN.items() for code in codes.split()},
    **dict.fromkeys(_CRYPTO.split(), "is a crypto-asset, and Meta takes the currencies of ISO 4217"),
}
"""Why a code is not taken, as the end of a sentence that begins with it."""

_SHOWN = 5
"""Currencies of a sign that are named."""


def why_not_taken(given: str) -> str:
    """Say in a sentence why ``given`` is not taken as a currency.

    Only codes and signs of the tables are repeated: whatever else stands there may be of a person.
    """
    code = given.strip().upper()
    if code in NOT_TAKEN:
        return f"{code} {NOT_TAKEN[code]}."
    if codes := sorted(written(given)):
        more = " and others" if len(codes) > _SHOWN else ""
        return f"The sign given stands for {', '.join(codes[:_SHOWN])}{more}."
    letters = code.isascii() and code.isalpha()
    form = f"{len(code)} letters" if letters else f"{len(code)} characters, not all of them letters"
    return f"What was given as currency ({form}) is no code of ISO 4217 that is in use."
