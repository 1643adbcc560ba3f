"""Business messaging has its own event names and takes nothing of the web (meta-capi.md §2.2, §2.6)."""

from __future__ import annotations

RENAMED = {"Lead": "LeadSubmitted"}
"""What a standard event is called in business messaging."""

IDENTIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "whatsapp": (("ctwa_clid",), ("whatsapp_business_account_id", "page_id")),
    "messenger": (("page_id",), ("page_scoped_user_id",)),
    "instagram": (("instagram_business_account_id", "ig_account_id"), ("ig_sid",)),
}
"""What each channel must carry; of a group one is enough, because sources disagree on the name (§2.6)."""

WEB_ONLY = ("client_ip_address", "client_user_agent", "fbc", "fbp")
"""Customer information of the web, which business messaging refuses with 2804064."""
