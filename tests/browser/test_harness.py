"""The judges do find what is wrong: a page that is fine passes, one that is not doesn't."""

from playwright.sync_api import Browser

from tests.browser.judges import axe, errors, vnu

GOOD = (
    '<!doctype html><html lang="en"><head><title>A page</title></head>'
    "<body><main><h1>A page</h1><p>Words.</p></main></body></html>"
)
BAD = GOOD.replace("<p>Words.</p>", '<img src="x.png"><p id="a"><p id="a"><blink>no</blink>')


def test_axe_finds_a_picture_without_words(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(GOOD)
    assert axe(page) == []
    page.set_content(BAD)
    assert [line for line in axe(page) if line.startswith("image-alt")]
    context.close()


def test_the_html_checker_names_page_and_error() -> None:
    found = errors(vnu({"good": GOOD, "bad": BAD}))
    assert found
    assert all(line.startswith("error: bad:") for line in found)
    assert [line for line in found if "blink" in line]
    assert [line for line in found if "alt" in line]
