"""Why a value is refused, or what was mended in it: a code, what it means, and what to do, in plain words."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A code that never holds the value itself; ``meaning`` and ``remedy`` are written for analysts.

    A refused value carries why it is not sent. A value that is sent may carry one of the codes for which
    ``mended`` is true: something certain was put right, or is worth knowing.
    """

    meaning: str
    remedy: str
    mended: bool

    def __new__(cls, code: str, meaning: str, remedy: str, mended: bool = False) -> Reason:
        """Make the member from its code and the two sentences."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning, member.remedy, member.mended = meaning, remedy, mended
        return member

    EMPTY = "empty", "The cell is blank.", "Nothing, if the customer gave none; else look at the map's column."
    PLACEHOLDER = (
        "placeholder",
        "The value stands for a missing one (null, n/a, unknown, 999…).",
        "Leave the cell blank in the source.",
    )
    TEMPLATE = (
        "template",
        "The value is the text of a template or a formula that nobody filled in.",
        "Mend the mapping in the tool that sends it.",
    )
    MASKED = "masked", "Parts of the value are hidden behind asterisks.", "Export the full value, or its SHA-256."
    UNREADABLE = (
        "unreadable",
        "The value holds control characters or letters lost in a wrong encoding.",
        "Export the file again as UTF-8.",
    )
    TOO_LONG = "too_long", "The value is longer than any real one.", "Check that the map points at the right column."
    WRONG_FIELD = "wrong_field", "The value belongs to another field.", "Check the map's columns: one may be shifted."
    SEVERAL_VALUES = (
        "several_values",
        "The cell holds more than one value.",
        "Put each in its own column and map both columns to the field.",
    )
    WHOLE_NAME = (
        "whole_name",
        "The value is a whole name, as far as its comma or its title shows, where one part of it is meant.",
        'Map its column to FIRST_NAME with "word": "first" and to LAST_NAME with "word": "rest".',
    )
    DIGITS_LOST = (
        "digits_lost",
        "A spreadsheet turned the number into 5.51E+12 and its last digits are gone.",
        "Format the column as text before typing or exporting it.",
    )
    HASH_OF_PLACEHOLDER = (
        "hash_of_placeholder",
        "The value is the hash of nothing, or of a word such as null or test.",
        "Where it is hashed, leave missing values blank instead of hashing them.",
    )
    MD5 = "md5", "The value looks like an MD5 hash; Meta matches SHA-256.", "Send it plain, or hashed with SHA-256."
    OTHER_HASH = (
        "other_hash",
        "The value looks like a hash other than SHA-256.",
        "Send it plain, or hashed with SHA-256.",
    )
    DAMAGED_HASH = (
        "damaged_hash",
        "The value looks like a hash that lost or gained characters on its way.",
        "Send the 64 hexadecimal digits of the SHA-256 and nothing else, or the value itself.",
    )
    HASHED = "hashed", "The value is hashed, but Meta takes this field only as it is.", "Send it without hashing."
    GOOGLE_HASHED_PHONE = (
        "google_hashed_phone",
        "The phone was hashed by Google's rules, with a leading +, and can never match at Meta.",
        "Send the phone itself, or its hash made by Meta's rules.",
    )
    GOOGLE_HASHED = (
        "google_hashed",
        "The value was hashed by Google's rules; it is sent, and matches unless they differ for this value.",
        "Send the value itself where you can.",
        True,
    )
    REPAIRED_NUMBER = (
        "repaired_number",
        "A spreadsheet had added .0 to the number or written it as 5.511987654321E+12; no digit was lost.",
        "Format the column as text.",
        True,
    )
    ZEROS_RESTORED = (
        "zeros_restored",
        "A spreadsheet had dropped leading zeros of the ZIP or postal code; the country says how many.",
        "Format the column as text.",
        True,
    )
    OLD_NUMBERING = (
        "old_numbering",
        "The phone was written in a form its country has given up; it was brought up to date.",
        "Nothing; or update the source.",
        True,
    )
    NOT_AN_EMAIL = "not_an_email", "The value is not an e-mail address.", "Correct it in the source, or leave it blank."
    NOT_A_PHONE = (
        "not_a_phone",
        "The value has too few or too many digits for a phone of its country.",
        "Correct it in the source; check the country given for the source or the row.",
    )
    NO_COUNTRY_CODE = (
        "no_country_code",
        "Nothing says which country the phone belongs to; Meta requires the country code.",
        "Give the source a default country or map a country column, or write phones as +55 11 98765-4321.",
    )
    NO_LETTERS = "no_letters", "No letter is left in the value.", "Check that the map points at the right column."
    NOT_F_OR_M = (
        "not_f_or_m",
        "Meta takes only female or male, and the value says neither in a language known here.",
        "Nothing, if that is what the customer said; else add a value table to the map.",
    )
    NOT_A_DATE = "not_a_date", "The value is not a day of the calendar.", "Write birth dates as 1990-12-31."
    AMBIGUOUS_DATE = (
        "ambiguous_date",
        "Day and month can be told apart in two ways.",
        "Declare the date format in the source's map, for example %d/%m/%Y.",
    )
    NOT_THE_DECLARED_FORMAT = (
        "not_the_declared_format",
        "The date does not fit the order of day, month and year that the map declares.",
        "Correct the date, or the format in the map.",
    )
    TWO_DIGIT_YEAR = "two_digit_year", "The year has two digits, so the century is a guess.", "Write all four digits."
    SPREADSHEET_SERIAL = (
        "spreadsheet_serial",
        "The value is a spreadsheet's day number (34000), not a date.",
        "Format the column as a date, or as text such as 1990-12-31.",
    )
    TIME_OF_DAY = (
        "time_of_day",
        "The birth date carries a time other than midnight, so its day depends on a time zone.",
        "Export the date without the time.",
    )
    DEFAULT_BIRTHDAY = (
        "default_birthday",
        "The date is one that systems write when they know none.",
        "Leave the cell blank in the source.",
    )
    BEFORE_1900 = "before_1900", "The birth date is before 1900.", "Correct it in the source, or leave it blank."
    FUTURE_DATE = "future_date", "The birth date is in the future.", "Correct it in the source, or leave it blank."
    NOT_A_STATE = (
        "not_a_state",
        "The value is not a state, district or territory of the country.",
        "Write the two-letter code or the full name; check the country of the row.",
    )
    NOT_A_ZIP = (
        "not_a_zip",
        "The value is not a ZIP or postal code of the country.",
        "Correct it in the source; check the country of the row.",
    )
    NOT_A_COUNTRY = (
        "not_a_country",
        "The value is neither an ISO 3166-1 code nor a country name known here.",
        "Write the two-letter code, for example BR.",
    )
    NOT_AN_IP = "not_an_ip", "The value is not an IP address.", "Send the address of the customer's browser, or none."
    NUMBER_NOT_IP = (
        "number_not_ip",
        "The value is a plain number: a spreadsheet may have eaten the dots of an IP address.",
        "Format the column as text before typing or exporting it.",
    )
    PRIVATE_ADDRESS = (
        "private_address",
        "The address is private or reserved: it is a server's or a proxy's, not the customer's.",
        "Send the first public address of X-Forwarded-For.",
    )
    NOT_A_CLICK_ID = (
        "not_a_click_id",
        "The value has not the form fb.1.<milliseconds>.<id> of Meta's cookie.",
        "Send the _fbc or _fbp cookie byte for byte.",
    )
    SECONDS_NOT_MS = (
        "seconds_not_ms",
        "The creation time inside the value is in seconds; Meta's cookies carry milliseconds.",
        "Write milliseconds where the value is built.",
    )
    CASE_LOST = (
        "case_lost",
        "The click id has no capital letter: some step wrote it in lower case, so it can no longer match.",
        "Leave URLs and cookies as they are on their way here.",
    )
    STALE = "stale", "The click is more than 90 days old.", "Nothing: Meta no longer counts it."
    CREATED_IN_FUTURE = (
        "created_in_future",
        "The creation time inside the value is in the future.",
        "Check the clock and the unit (milliseconds) where the value is built.",
    )
    NOT_AN_ID = "not_an_id", "The value has not the form of this identifier.", "Check the map's column."
