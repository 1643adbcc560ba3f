"""Which letters each language has, and which languages are written in each encoding: data to tell them apart."""

from __future__ import annotations

_WESTERN = (
    "áâãàçéêíóôõúü",  # Portuguese
    "áéíóúüñ",  # Spanish
    "àçèéíïòóúü",  # Catalan
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüßé",  # German
    "àèéìíîòóùú",  # Italian
    "åäöéüšž",  # Swedish, Finnish
    "æøåéöäô",  # Danish, Norwegian
    "éëïöüèáóíä",  # Dutch
    "áéíóúýþæöð",  # Icelandic
    "äõöüšž",  # Estonian
)
_CENTRAL = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîşţ",  # Romanian
    "čćđšž",  # Croatian, Serbian, Slovenian
    "äöüß",  # German
)
_TURKISH = ("çğıöşüâîû\u0307",)  # a small İ is an i and a dot above
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")
_CYRILLIC = ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдђежзијклљмнњопрстћуфхцчџш")
_GREEK = ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",)
_HEBREW = ("אבגדהוזחטיכךלמםנןסעפףצץקרשת",)
_ARABIC = ("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى",)
_THAI = ("".join(map(chr, [*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E4F)])),)

ALPHABETS: dict[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "iso8859-15": _WESTERN,
    "mac-roman": _WESTERN,
    "cp850": _WESTERN,
    "cp437": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp852": _CENTRAL,
    "cp1254": _TURKISH,
    "cp1257": _BALTIC,
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "koi8-u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859-5": _CYRILLIC,
    "mac-cyrillic": _CYRILLIC,
    "cp1253": _GREEK,
    "iso8859-7": _GREEK,
    "cp1255": _HEBREW,
    "cp1256": _ARABIC,
    "cp874": _THAI,
}
"""Encodings of one byte a letter, each with the small letters beyond ASCII of the languages that are written in it.

Of encodings in which a file reads alike the first is taken. ISO-8859-1, -9 and -13 are parts of the Windows ones.
"""

FINAL = "ςךםןףץ"
"""Letters that stand at a word's end only."""

SIGNS = "€°ºª–—‘’“”„…·«»®™©§¿¡\xa0"
"""What stands beside words and is no letter; anything else, such as ``³`` or ``‡``, is a sign of a wrong reading."""

BEFORE_NO_LETTER = "€°ºª…®™©§"
WITHIN_WORDS = "’·–\xa0"

FREQUENT = {
    "cp932": [(0x81, 0x83), (0x88, 0x97)],
    "euc_jp": [(0xA1, 0xA1), (0xA4, 0xA5), (0xB0, 0xCF)],
    "cp949": [(0xA1, 0xA1), (0xB0, 0xC8)],
    "gb18030": [(0xA1, 0xA1), (0xB0, 0xD7)],
    "big5": [(0xA1, 0xA1), (0xA4, 0xC6)],
}
"""Encodings of two bytes a character, each with the first bytes of the frequent ones: level 1 of JIS X 0208, GB 2312
and Big5, kana, the syllables of KS X 1001."""
