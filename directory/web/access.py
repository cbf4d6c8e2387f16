"""What each address asks of whoever opens it, said where the address is declared."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from flask import Blueprint


class Need(StrEnum):
    """What somebody must have to open an address; the guards see to it before the view is called.

    `LINK`: a signed link is the key, and its view checks it. `EDITOR`, `OWNER`: a membership of the provider whose
    slug stands in the address. `ADMIN`: the admin role, in a session opened with a second factor.
    """

    ANYBODY = "anybody"
    LINK = "link"
    ACCOUNT = "account"
    EDITOR = "editor"
    OWNER = "owner"
    ADMIN = "admin"


NEEDS: dict[str, Need] = {}
"""What each endpoint asks for; one that isn't here, nor on the guards' open list, is closed to everybody."""


def route(
    blueprint: Blueprint,
    address: str,
    endpoint: str,
    view: Callable[..., Any],
    *,
    needs: Need,
    methods: Sequence[str] = ("GET",),
) -> None:
    """Declare an address with what it asks for."""
    blueprint.add_url_rule(address, endpoint, view, methods=list(methods))
    NEEDS[f"{blueprint.name}.{endpoint}"] = needs
