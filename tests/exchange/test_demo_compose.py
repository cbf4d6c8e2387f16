"""Composed demonstration entries keep what the house promises."""

from directory.catalogue.services import Catalogue
from directory.exchange.demo import Plan


def test_no_system_tells_by_its_name_who_its_customer_is(catalogue: Catalogue) -> None:
    """Many customers are to be described only."""
    composer = Plan(600, 1, catalogue).composer()
    systems = [system for ordinal in range(500) for system in composer.compose(ordinal).systems if system.customer]
    assert len(systems) > 200
    assert any("," in one.name for one in systems), "one whose first name was taken"
    assert not [one.name for one in systems if one.customer and one.customer.name in one.name]
