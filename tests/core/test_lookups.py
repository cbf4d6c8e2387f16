"""What name servers say, and what becomes of it when they say nothing."""

from collections.abc import Iterator

import dns.rcode
import pytest

from directory.core import lookups
from directory.core.errors import UnavailableError
from directory.core.lookups import holds_text, mail_hosts, texts
from tests.name_server import NameServer, name_server


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    monkeypatch.setattr(lookups, "SECONDS", 0.3)
    with name_server() as server:
        yield server


def test_the_strings_of_a_record_are_one_text(zone: NameServer) -> None:
    zone.add("firm.example", "find-the-", "makers=1")
    zone.add("firm.example", "v=spf1 -all")
    zone.add("firm.example", "\\195\\164")
    assert sorted(texts("firm.example", [zone.address])) == ["find-the-makers=1", "v=spf1 -all"]


def test_an_alias_is_followed(zone: NameServer) -> None:
    zone.add("_find-the-makers.firm.example", "proof.elsewhere.example.", kind="CNAME")
    zone.add("proof.elsewhere.example", "here")
    assert texts("_find-the-makers.firm.example", [zone.address]) == ("here",)


def test_what_is_not_there_is_nothing(zone: NameServer) -> None:
    zone.add("mailed.example", "10 mail.mailed.example.", kind="MX")
    assert texts("nobody.example", [zone.address]) == ()
    assert texts("mailed.example", [zone.address]) == ()
    assert mail_hosts("nobody.example", [zone.address]) == ()


def test_mail_hosts_come_in_order_of_preference(zone: NameServer) -> None:
    zone.add("mailed.example", "20 second.mailed.example.", kind="MX")
    zone.add("mailed.example", "10 first.mailed.example.", kind="MX")
    assert mail_hosts("mailed.example", [zone.address]) == ("first.mailed.example.", "second.mailed.example.")


@pytest.mark.parametrize("failure", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, None])
def test_no_usable_answer_is_told_apart_from_nothing_there(zone: NameServer, failure: dns.rcode.Rcode | None) -> None:
    zone.failures["firm.example"] = failure
    with pytest.raises(UnavailableError):
        texts("firm.example", [zone.address])


def test_one_name_is_enough_and_a_failure_hides_nothing_that_was_seen(zone: NameServer) -> None:
    zone.failures["firm.example"] = dns.rcode.SERVFAIL
    zone.add("_label.firm.example", "here")
    names = ("firm.example", "_label.firm.example")
    assert holds_text(names, "here", [zone.address])
    with pytest.raises(UnavailableError):
        holds_text(names, "elsewhere", [zone.address])
    assert not holds_text(names[1:], "her", [zone.address])
