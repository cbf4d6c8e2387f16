"""What `GET /compare` answers with: the same table that the page shows."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from directory.comparison.table import Column, Section, Versions
from directory.web.api.shapes import PageLinks


class Comparison(Struct, frozen=True):
    """Providers side by side. A row's cell of a provider stands in its `cells` under the row's id; null is unknown."""

    on: Annotated[date, Meta(description="The day on which levels and rules were computed.")]
    catalogue: Versions
    sections: tuple[Section, ...]
    providers: tuple[Column, ...]
    links: PageLinks
