"""Words by which sources say yes and no, and that a person agreed or refused, in the usual languages.

Compared by :func:`omnicapi.consent.answers.squeezed`: case, accents, blanks and punctuation do not count. A word that
is missing here costs an event, never a person: what cannot be read counts as a denial.
"""

from __future__ import annotations

YES = (
    "true yes y 1 on x verdadeiro sim s sí si verdadero oui vrai ja j wahr sì vero tak ano da evet joo kyllä igen "
    "ναι да так はい 是 네 예 نعم ya"
)
"""What stands for true."""

NO = (
    "false no n 0 off falso não nao non faux nein falsch nee niet nej nei ei nie ne nem nu hayır hayir нет нi ні όχι "
    "いいえ 否 不 아니오 아니요 لا tidak không"
)
"""What stands for false."""

GRANTED = (
    "granted grant allow allowed accept accepted agree agreed consented consentgranted optin optedin approved "
    "erteilt zugestimmt akzeptiert eingewilligt accordé accepté autorisé aceito aceite autorizado concedido aceptado "
    "accettato concesso autorizzato toegestaan geaccepteerd"
)
"""What a person who agreed is said to have done, the enumerations of Google's interfaces included."""

DENIED = (
    "denied deny disallow disallowed refuse refused reject rejected decline declined revoke revoked withdrawn withdraw "
    "notgranted notallowed notaccepted notconsented noconsent consentdenied consentrevoked optout optedout "
    "blocked expired verweigert abgelehnt widerrufen nichterteilt refusé rejeté révoqué negado recusado rejeitado "
    "revogado denegado rechazado revocado negato rifiutato revocato geweigerd afgewezen"
)
"""The opposite."""

SILENT = "unset notset unspecified unknown consentstatusunspecified consentunspecified consentunknown"
"""What says that nobody has said anything."""
