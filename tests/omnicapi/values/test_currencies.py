import pycountry

from omnicapi.values.currencies import DIGITS

NOT_MONEY = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX", "XAD"}


def test_the_table_holds_every_currency_of_iso_4217_that_people_pay_with() -> None:
    assert set(DIGITS) == {currency.alpha_3 for currency in pycountry.currencies} - NOT_MONEY
