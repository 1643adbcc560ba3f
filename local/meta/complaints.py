"""How Meta words a refusal of an event: subcode, and title and message in the language of the token's owner.

Subcodes and titles are those of saved answers (meta-capi.md §9.1); the text of a message is this project's own, since
Meta's changes without notice and comes in the user's language. Only 2804019 says where the fault is (§1.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass

LOCALES = ("en_US", "fr_FR")
"""The languages the stand-in complains in; a live call to Meta was answered in French (meta-capi.md §1.4)."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One kind of refusal. A text may name `{param}` (the JSON path), `{name}` (the key) and `{detail}`.

    Without a subcode there is neither title nor text: the detail is the whole message (`100, no subcode`, §9.1).
    """

    subcode: int | None
    titles: Mapping[str, str]
    texts: Mapping[str, str]


def _complaint(subcode: int, english: tuple[str, str], french: tuple[str, str]) -> Complaint:
    texts = dict(zip(LOCALES, (english, french), strict=True))
    return Complaint(subcode, {k: v[0] for k, v in texts.items()}, {k: v[1] for k, v in texts.items()})


BAD_REQUEST = Complaint(None, {}, {})

_PARAMETER = "Server Side Api Parameter Error"
_PARAMETRE = "Erreur de paramètre de l’API côté serveur"

REQUIRED = _complaint(
    2804019,
    (_PARAMETER, "The parameter {param} is required."),
    (_PARAMETRE, "Le paramètre {param} est obligatoire."),
)
WRONG_TYPE = _complaint(
    2804019,
    (_PARAMETER, "The parameter {param} must be {detail}."),
    (_PARAMETRE, "Le paramètre {param} n’a pas le bon type."),
)
WRONG_VALUE = _complaint(
    2804019,
    (_PARAMETER, "The parameter {param} is not valid: {detail}."),
    (_PARAMETRE, "Le paramètre {param} n’est pas valide."),
)
UNEXPECTED_KEY = _complaint(
    2804019,
    (_PARAMETER, 'Unexpected key "{detail}" on param "{param}".'),
    (_PARAMETRE, "Clé inattendue « {detail} » dans le paramètre « {param} »."),
)
CLICK_ID = _complaint(
    2804001,
    ("Click ID Incorrectly Formatted", "The click ID ({name}) does not follow its documented format."),
    ("Format de l’ID de clic incorrect", "L’ID de clic ({name}) ne suit pas son format."),
)
TOO_OLD = _complaint(
    2804003,
    ("Event Timestamp Too Old", "event_time is outside the window in which this event can be sent."),
    ("Timestamp de l’évènement trop ancien", "event_time est hors de la période d’envoi de cet évènement."),
)
NO_VALUE = _complaint(
    2804009,
    ("Missing Value for Purchase Event", "A Purchase needs custom_data with a value, such as 1.99."),
    ("Valeur manquante pour l’évènement Achat", "Un achat a besoin d’une valeur, par exemple 1.99."),
)
NO_CURRENCY = _complaint(
    2804010,
    ("Missing Currency for Purchase Event", "A Purchase needs custom_data with a currency, such as USD."),
    ("Devise manquante pour l’évènement Achat", "Un achat a besoin d’une devise, par exemple EUR."),
)
NO_CUSTOMER = _complaint(
    2804014,
    ("Missing User Parameters", "The event needs a user parameter beside client_user_agent."),
    ("Paramètres utilisateur manquants", "Il faut un paramètre utilisateur en plus de client_user_agent."),
)
NOT_HASHED = _complaint(
    2804016,
    ("User Parameter Not Hashed", "The {name} parameter must be the SHA-256 of its normalised value."),
    ("Paramètre utilisateur non haché", "Le paramètre {name} doit être haché en SHA-256."),
)
IN_THE_CLEAR = _complaint(
    2804017,
    ("Personal Information Not Hashed", "The {name} parameter holds personal information in the clear."),
    ("Informations personnelles non hachées", "Le paramètre {name} contient des informations personnelles."),
)
INSUFFICIENT = _complaint(
    2804050,
    ("Customer Information Insufficient", "These customer information parameters are too broad to match anyone."),
    ("Informations client insuffisantes", "Ces paramètres client sont trop larges pour trouver quelqu’un."),
)
NOT_FOR_MESSAGING = _complaint(
    2804064,
    ("Parameter Not Allowed", "The {name} parameter cannot be sent with a business messaging event."),
    ("Paramètre non autorisé", "Le paramètre {name} ne va pas avec un évènement de messagerie."),
)
