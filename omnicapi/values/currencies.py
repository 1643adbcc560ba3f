"""The currencies of ISO 4217 and how many decimals each has (list one of 2026-01-01, https://www.six-group.com/iso-4217).

Left out are metals, units of account, testing codes (``XAU``, ``XDR``, ``XTS``, …) and currencies no longer legal
tender: nobody pays with them, so such a code is a mistake.
"""

from __future__ import annotations

from decimal import Decimal

_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

DIGITS: dict[str, int] = {code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}
"""Decimals of each currency by its alphabetic code."""

STEP: dict[str, Decimal] = {code: Decimal(1).scaleb(-digits) for code, digits in DIGITS.items()}
"""The smallest amount of each currency, as the exponent to round to: ``0.01`` for USD, ``1`` for JPY."""
