"""What a stand-in is set up with: tokens, datasets, an app secret, a language."""

import os
from typing import Literal

import msgspec

VARIABLE = "META_STAND_IN"
"""The environment variable that holds the settings as one JSON object; absent, the defaults hold."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The set-up of a stand-in. Its repr holds no secret.

    `tokens` are good for every dataset. `datasets` maps each known dataset to tokens of its own; while it is empty,
    every dataset is known. With an `app_secret`, requests must prove it. `locale` is the language of the complaints.
    """

    tokens: tuple[str, ...] = ("local-token",)
    datasets: dict[str, tuple[str, ...]] = {}
    app_secret: str = ""
    locale: Literal["en_US", "fr_FR"] = "en_US"
    business_id: str = "100000000000001"

    def __repr__(self) -> str:
        return f"Settings(datasets={sorted(self.datasets)}, locale={self.locale!r})"


def settings_from_environment() -> Settings:
    """Read `META_STAND_IN`; the error names the key that is wrong."""
    return msgspec.json.decode(os.environ.get(VARIABLE, "{}"), type=Settings)
