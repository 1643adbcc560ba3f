"""Meta's own message format: one server event of ``POST /{version}/{dataset}/events`` (meta-capi.md §2–§5).

Keys, types and order are Meta's. A key that has nothing to say is absent: Meta's tools strip nulls and empty lists and
only ``null`` is known to be tolerated (meta-capi.md §2.1).
"""

from __future__ import annotations

from typing import Any

import msgspec

from omnicapi.values.personal_data import names_only


class UserData(msgspec.Struct, omit_defaults=True):
    """Customer information as Meta takes it: the list fields hold SHA-256 hashes, the others plain values (§3)."""

    __repr__ = names_only

    em: list[str] = []
    ph: list[str] = []
    fn: list[str] = []
    ln: list[str] = []
    ge: list[str] = []
    db: list[str] = []
    ct: list[str] = []
    st: list[str] = []
    zp: list[str] = []
    country: list[str] = []
    external_id: list[str] = []
    client_ip_address: str | None = None
    client_user_agent: str | None = None
    fbc: str | None = None
    fbp: str | None = None
    lead_id: int | None = None
    fb_login_id: int | None = None
    subscription_id: str | None = None
    anon_id: str | None = None
    madid: str | None = None
    page_id: str | None = None
    page_scoped_user_id: str | None = None
    ctwa_clid: str | None = None
    ig_account_id: str | None = None
    ig_sid: str | None = None
    instagram_business_account_id: str | None = None
    whatsapp_business_account_id: str | None = None


class ServerEvent(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One element of the request's ``data`` list. ``event_time`` is Unix seconds, UTC."""

    event_name: str
    event_time: int
    event_id: str
    user_data: UserData
    action_source: str | None = None
    event_source_url: str | None = None
    referrer_url: str | None = None
    opt_out: bool | None = None
    custom_data: dict[str, Any] = {}
    app_data: dict[str, Any] = {}
    original_event_data: dict[str, Any] = {}
    messaging_channel: str | None = None
    data_processing_options: list[str] | None = None
    data_processing_options_country: int | None = None
    data_processing_options_state: int | None = None
