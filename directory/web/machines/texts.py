"""Plain text for programs: robots.txt, llms.txt and security.txt."""

from urllib.parse import quote

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from directory.core.dates import add_months
from directory.web.for_all import same_for_all
from directory.web.machines.plain import absolute, answer
from directory.web.machines.readings import counts
from directory.web.session import catalogue, reader, services, today

SECURITY_PATH = "/.well-known/security.txt"
SECURITY_MONTHS = 6


def robots() -> Response:
    """Answer with robots.txt: every page may be read; the endless combinations of filters needn't be."""
    lines = ("User-agent: *", "Disallow: /providers?", "Allow: /", "", f"Sitemap: {absolute('/sitemap.xml')}", "")
    return answer("\n".join(lines), "text/plain")


def llms() -> ResponseReturnValue:
    """Answer with llms.txt: what the directory is and where its data are, for language models."""
    return same_for_all("/llms.txt", _llms)


def _llms() -> Response:
    body = render_template(
        "machines/llms.txt",
        base=absolute(""),
        counts=counts(reader()),
        areas=catalogue().checklist.areas,
        rules=catalogue().rules,
    )
    return answer(body, "text/plain")


def security() -> Response:
    """Answer with security.txt (RFC 9116); it expires on the first day of the seventh month from now."""
    expires_on = add_months(today().replace(day=1), SECURITY_MONTHS + 1)
    lines = (
        f"Contact: mailto:{quote(services().settings.mail_from, safe='@')}",
        f"Expires: {expires_on.isoformat()}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {absolute(SECURITY_PATH)}",
        "",
    )
    return answer("\n".join(lines), "text/plain")
