"""The settings of handle, from its environment."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from handle.customer.options import CustomerOptions
from handle.customer.places.country_codes import COUNTRIES
from handle.datasets import Datasets, only_dataset
from handle.enrich import Enrichment
from handle.user_data import Reading
from omnicapi.errors import BadSettings
from omnicapi.packed import Encoding
from omnicapi.settings import Intake, ServiceSettings
from omnicapi.values.currencies import DIGITS

Description = msgspec.Meta


class HandleSettings(ServiceSettings, frozen=True, kw_only=True):
    """Settings of the handle service; the names are the environment variables in lower case."""

    intake: Intake = "push"
    signals_topic: Annotated[str, Description(description="Topic for signals.")] = "signals"
    signals_encoding: Annotated[
        Encoding,
        Description(
            description="How lists of signals travel: identity, for whoever else reads them, or zstd (packed)."
        ),
    ] = "identity"
    meta_dataset_id: Annotated[
        str, Description(description="The dataset of every event, where there is no datasets file.")
    ] = ""
    datasets_file: Annotated[
        str, Description(description="Path or gs:// address of the datasets file (docs/datasets.md).")
    ] = ""
    consent_file: Annotated[
        str, Description(description="Path or gs:// address of the consent policy (docs/consent.md).")
    ] = ""
    reload_seconds: Annotated[
        float, Description(gt=0, description="Seconds until changed files count, the opt-out list included.")
    ] = 60.0

    default_country: Annotated[
        str | None, Description(description="Country of phones and ZIP codes that do not say theirs: BR.")
    ] = None
    phone_form: Annotated[
        Literal["any", "international"], Description(description="How phones are written (docs/normalisation.md).")
    ] = "any"
    city_form: Annotated[
        Literal["letters", "ascii", "both"], Description(description="How cities are sent (docs/normalisation.md).")
    ] = "letters"
    zip_form: Annotated[
        Literal["whole", "before_dash", "both"], Description(description="How ZIPs are sent (docs/normalisation.md).")
    ] = "whole"
    external_id_form: Annotated[
        Literal["lower", "as_is"], Description(description="How own ids are sent (docs/normalisation.md).")
    ] = "lower"
    default_birthdays: Annotated[
        bool, Description(description="Whether 1970-01-01 and the like are sent (docs/normalisation.md).")
    ] = True

    external_id_from_fbp: Annotated[bool, Description(description="Whether fbp is an external id as well.")] = True
    external_id_from_ga_client_id: Annotated[
        bool, Description(description="Whether Google Analytics' client id is an external id as well.")
    ] = True
    fbc_from_fbclid: Annotated[bool, Description(description="Whether fbc is made of a page's fbclid.")] = True
    country_from_phone: Annotated[bool, Description(description="Whether a phone tells the country.")] = False
    country_from_currency: Annotated[
        list[str], Description(description='Currencies that tell the country, as JSON: ["BRL"].')
    ] = msgspec.field(default_factory=list)

    def reading(self) -> Reading:
        """Return how customer information is read. Raises :class:`BadSettings`."""
        if self.default_country is not None and self.default_country not in COUNTRIES:
            raise BadSettings("DEFAULT_COUNTRY is not an ISO 3166-1 alpha-2 code in capitals, such as BR.")
        untold = [code for code in self.country_from_currency if code not in DIGITS or code[:2] not in COUNTRIES]
        if untold:
            raise BadSettings(f"COUNTRY_FROM_CURRENCY names {', '.join(untold)}, which belong to no single country.")
        options = CustomerOptions(
            country=self.default_country,
            phone_form=self.phone_form,
            city_form=self.city_form,
            zip_form=self.zip_form,
            external_id_form=self.external_id_form,
            default_birthdays=self.default_birthdays,
        )
        return Reading(options, self._enrichment())

    def _enrichment(self) -> Enrichment:
        return Enrichment(
            external_id_from_fbp=self.external_id_from_fbp,
            external_id_from_ga_client_id=self.external_id_from_ga_client_id,
            fbc_from_fbclid=self.fbc_from_fbclid,
            country_from_phone=self.country_from_phone,
            country_from_currency=frozenset(self.country_from_currency),
        )

    def only_dataset(self) -> Datasets:
        """Return what applies without a datasets file. Raises :class:`BadSettings` where there is none of either."""
        if not self.meta_dataset_id and not self.datasets_file:
            raise BadSettings(
                "Nothing says where events go: set META_DATASET_ID, or DATASETS_FILE where there are several datasets."
            )
        return only_dataset(self.meta_dataset_id)
