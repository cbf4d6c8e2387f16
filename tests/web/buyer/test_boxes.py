"""The boxes of the filter form: joined by hand, so held against what a template would write."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from directory.search.results import FacetValue
from directory.web.buyer.boxes import boxes

HOSTILE = '<script>alert(\'"&amp;"\')</script>" onfocus="x'
TEMPLATE = Environment(autoescape=True).from_string(
    '{% for one in values %}<label class="option"><input type="checkbox" name="{{ name }}" value="{{ one.value }}"'
    "{% if one.is_selected %} checked{% endif %}><span>{{ one.label }}</span>"
    '<span class="count">{{ "{:,}".format(one.count) }}</span></label>{% endfor %}'
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


class Elements(HTMLParser):
    """Notes which elements there are, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(TEXT, st.lists(st.builds(FacetValue, TEXT, TEXT, st.integers(0, 10**7), st.booleans()), max_size=5))
def test_they_are_what_a_template_would_write(name: str, values: list[FacetValue]) -> None:
    assert boxes(values, name) == TEMPLATE.render(name=name, values=values)


def test_hostile_labels_and_ids_stay_text() -> None:
    reader = Elements()
    reader.feed(boxes([FacetValue(HOSTILE, HOSTILE, 1_234, is_selected=True)], HOSTILE))
    tags = [tag for tag, _ in reader.found]
    assert tags == ["label", "input", "span", "span"]
    assert reader.found[1][1] == {"type": "checkbox", "name": HOSTILE, "value": HOSTILE, "checked": None}


def test_two_that_differ_in_nothing_but_being_chosen_are_told_apart() -> None:
    one = FacetValue("eu", "European Union", 5, is_selected=False)
    assert " checked" not in boxes([one], "region")
    assert " checked" in boxes([one._replace(is_selected=True)], "region")
