"""Websites as people type them: normalised for show, and the registrable domain that tells providers apart."""

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from directory.core.errors import DomainError

MAX_LENGTH = 500
MAX_HOST_LENGTH = 253
DEMO_SUFFIX = "example"
DEFAULT_PORTS = {"http": 80, "https": 443}
PATH_SAFE = "%/:@!$&'()*+,;=~"
QUERY_SAFE = PATH_SAFE + "?"
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
BARE_SCHEME = re.compile(r"(?:https?|ftp|mailto|tel|javascript|data|file):", re.IGNORECASE)
PLAIN_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")

SHARED_HOSTS = frozenset(
    """
    github.com gitlab.com bitbucket.org codeberg.org sourceforge.net sr.ht gitee.com huggingface.co
    linkedin.com facebook.com fb.com instagram.com threads.net x.com twitter.com tiktok.com youtube.com youtu.be
    reddit.com pinterest.com xing.com weibo.com vk.com t.me telegram.me discord.gg discord.com wa.me bsky.app
    medium.com substack.com wordpress.com blogspot.com blogger.com tumblr.com ghost.io dev.to hashnode.dev
    wixsite.com wix.com webflow.io weebly.com squarespace.com godaddysites.com carrd.co jimdosite.com jimdofree.com
    strikingly.com mystrikingly.com framer.website framer.app tilda.ws webnode.com yolasite.com site123.me durable.co
    notion.site notion.so sites.google.com docs.google.com drive.google.com forms.gle business.site page.link
    linktr.ee bio.link beacons.ai about.me bit.ly tinyurl.com calendly.com typeform.com airtable.com canva.site
    vercel.app netlify.app herokuapp.com pages.dev workers.dev web.app firebaseapp.com onrender.com fly.dev replit.app
    streamlit.app gradio.live hf.space lovable.app amazonaws.com cloudfront.net azurewebsites.net appspot.com run.app
    crunchbase.com clutch.co goodfirms.co g2.com trustpilot.com upwork.com fiverr.com producthunt.com etsy.com
    play.google.com apps.apple.com myshopify.com gumroad.com patreon.com archive.org livejournal.com
    """.split()  # noqa: SIM905 - a list of hosts reads best without quotes
)
"""Hosts where many firms have a page of their own: a page there doesn't tell who the firm is."""

OPEN_REGISTRIES = frozenset(
    """
    br.com cn.com co.com de.com eu.com gb.net gr.com hu.net in.net it.com jp.net jpn.com mex.com ru.com sa.com se.net
    uk.com uk.net us.com us.org za.com ae.org com.de com.se co.nl co.no co.de za.net za.org hk.com hk.org
    """.split()  # noqa: SIM905 - a list of hosts reads best without quotes
)
"""Privately run suffixes under which firms buy a domain as they do under a country's."""


class AddressError(DomainError):
    """What was typed isn't an address on the web that can be used here; the message says why."""


@dataclass(frozen=True, slots=True)
class Website:
    """`url` is normalised, its host in Unicode; `domain` is the registrable domain in ASCII."""

    url: str
    domain: str

    @property
    def is_demo(self) -> bool:
        """Whether it belongs to a firm that doesn't exist."""
        return is_demo_domain(self.domain)


def is_demo_domain(domain: str) -> bool:
    """Whether a registrable domain is one of those kept for examples, which no firm can own."""
    return domain.endswith("." + DEMO_SUFFIX)


def normalise_website(typed: str) -> Website:
    """Return the website and its domain; raise `AddressError` unless it is a firm's own.

    Without a scheme, https is meant. Host and scheme become lower-case, a fragment is dropped, a default
    port too. Normalising again changes nothing.
    """
    parts, host = _split(typed)
    if _is_within(host, SHARED_HOSTS):
        raise AddressError(f"{host} is shared by many firms: the firm's own website is needed")
    domain = registrable_domain(host)
    if domain is None:
        raise AddressError(_why_not_registrable(host))
    return Website(_joined(parts, host), domain)


def normalise_url(typed: str) -> str:
    """Return any http or https address, normalised in the same way; raise `AddressError` if it isn't one.

    A fragment stays: it may name the place that matters on a long page.
    """
    parts, host = _split(typed)
    return _joined(parts, host, fragment=parts.fragment)


def registrable_domain(host: str) -> str | None:
    """Return the domain that somebody registered to have `host` (ASCII); None if nobody can, or it is shared."""
    if host == DEMO_SUFFIX or host.endswith("." + DEMO_SUFFIX):
        labels = host.split(".")
        return ".".join(labels[-2:]) if len(labels) > 1 else None
    everything, official = _suffixes()
    suffix = everything.publicsuffix(host)
    if suffix is None or (suffix != official.publicsuffix(host) and suffix not in OPEN_REGISTRIES):
        return None
    domain: str | None = everything.privatesuffix(host)
    return domain


@cache
def _suffixes() -> tuple[PublicSuffixList, PublicSuffixList]:
    return PublicSuffixList(accept_unknown=False), PublicSuffixList(accept_unknown=False, only_icann=True)


def _why_not_registrable(host: str) -> str:
    official = _suffixes()[1].publicsuffix(host)
    if official is None:
        return f"{host} doesn't end in a domain that exists"
    if official == host:
        return f"{host} is a suffix under which others register, not a firm's domain"
    return f"{host} is shared by many firms: the firm's own website is needed"


def _is_within(host: str, hosts: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(len(labels)))


def _split(typed: str) -> tuple[SplitResult, str]:
    """Return the parts of what was typed and its host in ASCII."""
    text = typed.strip()
    if not text:
        raise AddressError("is empty")
    if any(character.isspace() or not character.isprintable() for character in text):
        raise AddressError("holds a space or an unprintable character")
    if "\\" in text:
        raise AddressError("holds a backslash")
    try:
        parts = urlsplit(_with_scheme(text))
        port = parts.port
    except ValueError as error:
        raise AddressError("isn't an address on the web") from error
    if parts.username is not None or parts.password is not None:
        is_mail = parts.password is None and not SCHEME.match(text)
        raise AddressError("is an e-mail address, not a website" if is_mail else "holds a user name")
    if port == 0:
        raise AddressError("isn't an address on the web")
    return parts, ascii_host(parts.hostname or "")


def _with_scheme(text: str) -> str:
    if text.startswith("//"):
        return "https:" + text
    found = SCHEME.match(text)
    if found is None and BARE_SCHEME.match(text) is None:
        return "https://" + text
    if found is None or found[1].lower() not in DEFAULT_PORTS:
        raise AddressError("must begin with http:// or https://")
    return text


def ascii_host(typed: str) -> str:
    """Return a host as its name servers know it; raise `AddressError` unless it is one on the public web."""
    host = typed.lower().rstrip(".")
    if not PLAIN_HOST.fullmatch(host) or "xn--" in host:
        _refuse_address_of_machine(host)
        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii").lower().rstrip(".")
            idna.decode(host)
        except (idna.IDNAError, UnicodeError) as error:
            raise AddressError(f"{typed or 'nothing'} isn't the name of a host") from error
    if "." not in host or host.endswith((".localhost", ".local", ".internal", ".invalid", ".test", ".onion", ".arpa")):
        raise AddressError(f"{host} isn't a host on the public web")
    if len(host) > MAX_HOST_LENGTH:
        raise AddressError("has too long a host name")
    return host


def _refuse_address_of_machine(host: str) -> None:
    try:
        ip_address(host)
    except ValueError:
        if not NUMBER.fullmatch(host.rpartition(".")[2]):
            return
    raise AddressError(f"{host} is the address of a machine, not a domain")


def _joined(parts: SplitResult, host: str, *, fragment: str = "") -> str:
    shown = idna.decode(host) if "xn--" in host else host
    port = f":{parts.port}" if parts.port not in (None, DEFAULT_PORTS[parts.scheme]) else ""
    query = "?" + quote(parts.query, safe=QUERY_SAFE) if parts.query else ""
    anchor = "#" + quote(fragment, safe=QUERY_SAFE) if fragment else ""
    url = f"{parts.scheme}://{shown}{port}{quote(parts.path or '/', safe=PATH_SAFE)}{query}{anchor}"
    if len(url) > MAX_LENGTH:
        raise AddressError(f"is longer than {MAX_LENGTH} characters")
    return url
