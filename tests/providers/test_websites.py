"""Websites as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.providers.websites import AddressError, Website, normalise_url, normalise_website


@pytest.mark.parametrize(
    ("typed", "url", "domain"),
    [
        ("acme.com", "https://acme.com/", "acme.com"),
        ("  WWW.Acme.COM/Team ", "https://www.acme.com/Team", "acme.com"),
        ("http://acme.co.uk:80", "http://acme.co.uk/", "acme.co.uk"),
        ("//acme.de", "https://acme.de/", "acme.de"),
        ("acme.de:8443/x", "https://acme.de:8443/x", "acme.de"),
        ("https://shop.acme.de./?a=ü#part", "https://shop.acme.de/?a=%C3%BC", "acme.de"),
        ("bücher.de", "https://bücher.de/", "xn--bcher-kva.de"),
        ("https://xn--bcher-kva.de", "https://bücher.de/", "xn--bcher-kva.de"),
        ("食狮.公司.cn", "https://食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn"),
        ("acme.uk.com", "https://acme.uk.com/", "acme.uk.com"),
        ("cloud.google.com", "https://cloud.google.com/", "google.com"),
        ("https://agents.example", "https://agents.example/", "agents.example"),
        ("www.agents.example", "https://www.agents.example/", "agents.example"),
    ],
)
def test_taken_as_meant(typed: str, url: str, domain: str) -> None:
    assert normalise_website(typed) == Website(url, domain)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "is empty"),
        ("github.com/acme", "shared by many firms"),
        ("acme.github.io", "shared by many firms"),
        ("github.io", "shared by many firms"),
        ("https://www.linkedin.com/company/acme", "shared by many firms"),
        ("acme.wixsite.com/site", "shared by many firms"),
        ("acme.wordpress.com", "shared by many firms"),
        ("acme.notion.site", "shared by many firms"),
        ("sites.google.com/view/acme", "shared by many firms"),
        ("x.com/acme", "shared by many firms"),
        ("co.uk", "suffix under which others register"),
        ("acme.con", "doesn't end in a domain that exists"),
        ("acme", "isn't a host on the public web"),
        ("localhost:8000", "isn't a host on the public web"),
        ("intranet.local", "isn't a host on the public web"),
        ("127.0.0.1", "address of a machine"),
        ("http://2130706433/", "address of a machine"),
        ("http://0x7f.1/", "address of a machine"),
        ("http://[::1]/", "address of a machine"),
        ("http://[::1", "isn't an address"),
        ("https://acme.com:99999", "isn't an address"),
        ("ftp://acme.com", "must begin with http"),
        ("mailto:info@acme.com", "must begin with http"),
        ("javascript:alert(1)", "must begin with http"),
        ("https://me:secret@acme.com", "holds a user name"),
        ("info@acme.com", "is an e-mail address, not a website"),
        ("acme.com and acme.de", "holds a space"),
        ("acme.com\\x", "holds a backslash"),
        ("acme_com.de", "isn't the name of a host"),
        ("acme..com", "isn't the name of a host"),
        ("https://", "isn't the name of a host"),
        ("acme.com/" + "x" * 500, "longer than 500"),
    ],
)
def test_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(AddressError, match=reason.replace("(", r"\(")):
        normalise_website(typed)


def test_other_addresses_may_lie_on_shared_hosts() -> None:
    assert normalise_url("github.com/acme/report#März") == "https://github.com/acme/report#M%C3%A4rz"
    assert normalise_url("https://github.com/acme/report#M%C3%A4rz") == "https://github.com/acme/report#M%C3%A4rz"


@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(
            r"(https?://)?[a-zé.:@/\\\[\]0-9%?#-]{1,30}\.(com|de|example|io)[:/?#]?[^ ]{0,20}", fullmatch=True
        ),
    )
)
def test_whatever_is_typed_is_refused_or_settles_at_once(typed: str) -> None:
    try:
        website = normalise_website(typed)
    except AddressError:
        return
    assert normalise_website(website.url) == website
    assert website.domain.isascii()
    assert website.url.startswith(("https://", "http://"))
