"""Letters: one template, two forms of the same words; nothing that anybody types becomes markup or a header."""

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core import paths
from directory.core.links import LinkKind, sign
from directory.core.mail import Message, PermanentRefusalError, compose
from directory.core.outbox import Letter
from directory.core.settings import Settings
from directory.jobs.letters import write

SETTINGS = Settings(
    "sqlite://", Path("var"), "only for tests, never anywhere else, ever", base_url="https://makers.example"
)
TYPED = st.text(max_size=60) | st.text(st.sampled_from("\r\n\t\\ *_#-=+>1.)[](<a>!`~|&:/@\"'\x0b\u2028x"), max_size=40)


class Structure(HTMLParser):
    """The tags of a page, line breaks left out, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Any]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag != "br":
            self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            self.tags.append((f"/{tag}", None))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))


def decision(**values: str) -> Message:
    given = {
        "item": "claim 3",
        "outcome": "rejected",
        "reason": "No.",
        "provider": "Halden",
        "slug": "halden",
        "kind": "",
    }
    return write(Letter("decision", "ada@halden.example", "decision-1", given | values), SETTINGS)


def sent(message: Message) -> EmailMessage:
    raw = bytes(compose(message, SETTINGS))
    return email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)


def visible(text: str) -> str:
    return "".join(re.sub(r"[\x00-\x1f\x7f\x85\ue000\u2028\u2029]|\s", "", text).split())


@given(TYPED)
def test_nothing_typed_becomes_markup(typed: str) -> None:
    plain, odd = decision(reason="x", provider="x"), decision(reason=f"x{typed}x", provider=f"x{typed}x")
    assert Structure(odd.html).tags == Structure(plain.html).tags
    assert visible(f"x{typed}x") in visible(Structure(odd.html).words)
    assert visible(f"x{typed}x") in visible(odd.text)


@given(TYPED)
def test_what_begins_a_paragraph_is_no_markup_either(typed: str) -> None:
    """Nothing stands before it: no list, no heading, no rule, no code."""
    odd = decision(reason=typed)
    assert {tag for tag, _ in Structure(odd.html).tags} <= {tag for tag, _ in Structure(decision().html).tags}


@given(TYPED, TYPED)
def test_nothing_typed_becomes_a_header(typed: str, other: str) -> None:
    message = sent(decision(provider=f"{typed}\r\nBcc: everybody@else.example\n{other}"))
    assert sorted(message.keys()) == sorted(sent(decision()).keys())
    assert message["To"] == "ada@halden.example"
    assert "\n" not in message["Subject"]


def test_line_breaks_stay_and_lines_are_wrapped_without_breaking_addresses() -> None:
    message = decision(reason="First.\n\n    Second.\n" + "word " * 40)
    assert "First.\n\nSecond.\nword word" in message.text
    assert max(len(line) for line in message.text.splitlines()) <= 76
    long = decision(slug="a" * 90)
    assert f"https://makers.example/vendor/{'a' * 90}" in long.text


def test_addresses_are_links_in_html_and_whole_in_the_text() -> None:
    values = {"name": "Ada", "link": 7, "attempt": 1}
    message = write(Letter("account-confirm", "ada@halden.example", "confirm-7", values), SETTINGS)
    address = f"https://makers.example/account/confirm/{sign(LinkKind.CONFIRM, 7, 1, SETTINGS.secret_key)}"
    assert f"Confirm the address: {address}" in message.text.replace("\n", " ")
    assert f'href="{address}"' in message.html
    assert '<a href="https://makers.example/vendor/halden">' in decision().html
    assert "https://makers.example/vendor/halden\n" in decision().text


def test_a_letter_is_a_whole_page_without_anything_to_load() -> None:
    html = decision(provider="A & B <b>").html
    assert '<html lang="en-GB">' in html
    assert "<title>A &amp; B &lt;b&gt;: claim 3 – rejected</title>" in html
    assert "src=" not in html
    assert "prefers-color-scheme:dark" in html
    assert "A & B <b>" in unescape(html)


def test_headers_say_that_a_program_wrote_it() -> None:
    message = sent(replace(decision(), unsubscribe="https://makers.example/reference/x/stop"))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<decision-1@makers.example>"
    assert message["Date"].datetime is not None
    assert message["List-Unsubscribe"] == "<https://makers.example/reference/x/stop>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent(decision())["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "A <a@b.example>"]
)
def test_what_is_not_one_address_is_refused_for_good(to: str) -> None:
    with pytest.raises(PermanentRefusalError):
        compose(replace(decision(), to=to), SETTINGS)


def test_a_key_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="the key of a mail"):
        compose(replace(decision(), key="a b>"), SETTINGS)


@pytest.mark.parametrize("file", sorted((paths.shipped("templates") / "email").iterdir()), ids=lambda file: file.name)
def test_every_template_begins_with_its_subject_and_writes_addresses_as_links(file: Path) -> None:
    text = re.sub(r"\{% set .*?%\}\n", "", file.read_text(), count=1, flags=re.DOTALL)
    assert file.suffix == ".md"
    assert text.startswith("Subject: ")
    assert re.findall(r"(?<![<(\[])\{\{ base \}\}", text) == []
