"""Asking the domain name system; a caller holds no transaction meanwhile."""

from collections.abc import Sequence

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

from directory.core.errors import UnavailableError

SECONDS = 4.0
"""How long one question may take in all, however many servers are asked."""

Servers = Sequence[tuple[str, int]]
"""Address and port of each server to ask; none: the machine's own."""


def texts(name: str, servers: Servers = ()) -> tuple[str, ...]:
    """Return the TXT records of a name, each with its strings joined; none where the name or the record isn't there.

    Aliases are followed. What isn't ASCII is left out.

    Raises:
        UnavailableError: no server gave an answer that can be used, in time.

    """
    found = _ask(name, "TXT", servers)
    joined = [b"".join(record.strings) for record in found]
    return tuple(text.decode("ascii") for text in joined if text.isascii())


def holds_text(names: Sequence[str], text: str, servers: Servers = ()) -> bool:
    """Whether one of the names has a TXT record that holds exactly this text.

    Raises:
        UnavailableError: it wasn't seen, and not every name could be asked.

    """
    failure: UnavailableError | None = None
    for name in names:
        try:
            if text in texts(name, servers):
                return True
        except UnavailableError as error:
            failure = error
    if failure is not None:
        raise failure
    return False


def mail_hosts(name: str, servers: Servers = ()) -> tuple[str, ...]:
    """Return the hosts that take a domain's mail, the preferred first; one that takes none has said so with ".".

    Raises:
        UnavailableError: no server gave an answer that can be used, in time.

    """
    found = sorted(_ask(name, "MX", servers), key=lambda record: record.preference)
    return tuple(str(record.exchange) for record in found)


def addresses(name: str, servers: Servers = ()) -> tuple[str, ...]:
    """Return the network addresses of a host, of both versions; none where it has none.

    Raises:
        UnavailableError: no server gave an answer that can be used, in time.

    """
    return tuple(str(record) for kind in ("A", "AAAA") for record in _ask(name, kind, servers))


def _ask(name: str, kind: str, servers: Servers) -> list[dns.resolver.Answer]:
    try:
        resolver = _resolver(servers)
        answer = resolver.resolve(dns.name.from_text(name), kind, lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise UnavailableError("The domain's name servers gave no answer. Try again in a few minutes.") from error
    return list(answer)


def _resolver(servers: Servers) -> dns.resolver.Resolver:
    if not servers:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in servers]
    return resolver
