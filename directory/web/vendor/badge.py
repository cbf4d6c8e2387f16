"""The code that puts an entry's badge on other pages, and what each of its states looks like."""

from dataclasses import dataclass

from flask import render_template

from directory.providers.models import Provider
from directory.web.identity import entry
from directory.web.profile.badge import Badge, samples
from directory.web.session import catalogue, services, today

ALT = "What is proven at Find the Makers"
HEIGHT = 32


@dataclass(frozen=True, slots=True)
class BadgePage:
    """The badge's own address, what to paste, and every state with what it means."""

    provider: Provider
    picture: str
    html: str
    markdown: str
    states: tuple[tuple[str, Badge], ...]


def show(slug: str) -> str:
    """Show what to embed."""
    provider = entry(slug).provider
    base = services().settings.base_url.rstrip("/")
    picture, place = f"{base}/badges/{provider.slug}.svg", f"{base}/providers/{provider.slug}"
    page = BadgePage(
        provider=provider,
        picture=f"/badges/{provider.slug}.svg",
        html=f'<a href="{place}"><img src="{picture}" alt="{ALT}" height="{HEIGHT}"></a>',
        markdown=f"[![{ALT}]({picture})]({place})",
        states=samples(catalogue(), today()),
    )
    return render_template("vendor/badge.html", page=page, slug=slug)
