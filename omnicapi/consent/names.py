"""Names under which consent is said, as data: signals with their usual spellings, and what no policy can ask for.

Names are compared by :func:`omnicapi.consent.answers.squeezed`: ``adUserData``, ``AD-USER-DATA`` are one.
"""

from __future__ import annotations

CONSENT = "consent"
"""The signal of what is said about consent as a whole: ``"consent": "denied"``."""

DO_NOT_SELL = "do_not_sell"
"""The signal of who opted out of the sale and sharing of personal information (meta-capi.md §7.1)."""

GRANTS = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
"""Google's consent types (support.google.com/analytics/answer/12334711): true is a grant."""

OPT_OUTS = (
    DO_NOT_SELL,
    "gpc",
    "us_privacy",
    "npa",
    "opted_out",
    "unsubscribed",
    "do_not_contact",
    "do_not_track",
)
"""Signals whose true is a denial; where several values contradict each other, it counts."""

SPELLINGS = {
    "ads_storage": "ad_storage",  # the BigQuery export of GA4
    "ad_personalisation": "ad_personalization",
    "ads_personalization": "ad_personalization",
    "personalisation_storage": "personalization_storage",
    "consents": CONSENT,
    "consent_state": CONSENT,
    "consent_status": CONSENT,
    "consent_mode": CONSENT,
    "consent_given": CONSENT,
    "consent_granted": CONSENT,
    "consent_granted_state": CONSENT,
    "consent_settings": CONSENT,
    "consented": CONSENT,
    "has_consent": CONSENT,
    "has_consented": CONSENT,
    "user_consent": CONSENT,
    "privacy_info": CONSENT,
    "customer_consent": CONSENT,
    "ad_consent": CONSENT,
    "ads_consent": CONSENT,
    "advertising_consent": CONSENT,
    "marketing_consent": CONSENT,
    "tracking_consent": CONSENT,
    "cookie_consent": CONSENT,
    **dict.fromkeys(
        ("einwilligung", "consentement", "consentimiento", "consentimento", "consenso", "toestemming", "samtycke"),
        CONSENT,
    ),
    **dict.fromkeys(
        ("samtykke", "suostumus", "zgoda", "souhlas", "súhlas", "hozzájárulás", "onay", "согласие"), CONSENT
    ),
    "do_not_sell_or_share": DO_NOT_SELL,
    "do_not_share": DO_NOT_SELL,
    "do_not_sell_my_info": DO_NOT_SELL,
    "do_not_sell_my_data": DO_NOT_SELL,
    "do_not_sell_my_personal_information": DO_NOT_SELL,
    "sale_opt_out": DO_NOT_SELL,
    "opt_out_of_sale": DO_NOT_SELL,
    "ccpa_opt_out": DO_NOT_SELL,
    "sec_gpc": "gpc",
    "global_privacy_control": "gpc",
    "us_privacy_string": "us_privacy",
    "iab_us_privacy_string": "us_privacy",
    "usp": "us_privacy",  # what the IAB's own interface answers with is uspString
    "usp_string": "us_privacy",
    "usp_consent": "us_privacy",
    "ccpa_string": "us_privacy",
    "dnt": "do_not_track",
    "x_ga_npa": "npa",
    "non_personalized_ads": "npa",
    "non_personalised_ads": "npa",
}
"""Other names of signals to their usual one."""

FORMS = {
    "gcs": "ad_storage and analytics_storage",
    "gcd": "ad_storage, analytics_storage, ad_user_data and ad_personalization",
    "tc_string": "ad_storage, ad_user_data and ad_personalization",
    "gpp": DO_NOT_SELL,
}
"""Encodings that say several signals at once, and which: nobody can ask for one of them by yes or no."""

FORM_SPELLINGS = {
    "x_ga_gcs": "gcs",
    "x_ga_gcd": "gcd",
    "x_ga_mp2_gcd": "gcd",
    "tcf": "tc_string",
    "tcf_string": "tc_string",
    "tcf_consent": "tc_string",
    "tcf_consent_string": "tc_string",
    "iab_tcf_tc_string": "tc_string",
    "gdpr_consent": "tc_string",
    "gdpr_consent_string": "tc_string",
    "eu_consent_v2": "tc_string",
    "gpp_string": "gpp",
}
"""Other names of the encodings."""

WHOLE = ("status", "state", "value", "all", "mode", "update", "default", "decision", "choice", "answer")
"""Keys of an object about consent that mean all of it: ``{"consent": {"status": "denied"}}``."""

AGREED = ("granted", "given", "allowed", "accepted", "approved", "allowed_consent_ids")
"""Keys of an object about consent under which stands what was granted: names of signals, or yes and no."""

REFUSED = ("denied", "refused", "rejected", "declined", "revoked", "withdrawn", "denied_consent_ids")
"""The opposite."""

NO_SIGNALS = ("wait_for_update", "uses_transient_token")
"""Keys of Google's objects about consent that say nothing about it."""
