"""Composed entries: what lies beyond the hand-written ones, from ingredients, with a long tail like a real market.

An entry follows from the seed and its number alone, so loading more later gives the same as loading all at once.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from directory.catalogue.schema import Taxonomy
from directory.core.places import country_name
from directory.exchange import demo_names
from directory.exchange.demo_figures import CLASSES, Stage, compose_figures, compose_references, days_ago
from directory.exchange.demo_spec import (
    AnswersSpec,
    CertificationSpec,
    CustomerSpec,
    Ingredients,
    ObservationSpec,
    PaperSpec,
    PlaceSpec,
    ProviderSpec,
    ReportSpec,
    SystemSpec,
)

T = TypeVar("T")
TERMS = {"framework": 3, "model": 3, "cloud": 2, "tool": 7}
"""At most how many of each an entry names."""

SECURED = ("dpa", "eu-models", "gdpr", "sso", "rbac", "audit-logs")
"""Criteria that a firm ready for large customers documents together."""


def front(random: Random, choices: Sequence[T]) -> T:
    """Return one of the choices, those in front more often: a long tail."""
    return choices[int(len(choices) * random.random() ** 1.8)]


def some(random: Random, choices: Sequence[T], most: int) -> tuple[T, ...]:
    """Return up to `most` different choices, those in front more often."""
    return tuple(dict.fromkeys(front(random, choices) for _ in range(random.randint(1, most))))


class Composer:
    """Makes composed entries for one seed, in the words of one catalogue."""

    def __init__(self, ingredients: Ingredients, taxonomy: Taxonomy, criteria: Sequence[str], seed: int) -> None:
        """Take what every entry shares."""
        self.ingredients = ingredients
        self.criteria = tuple(criteria)
        self.seed = seed
        self.ids = {facet: tuple(term.id for term in taxonomy.terms(facet)) for facet in (*TERMS, "engagement")}
        self.industries = tuple(ingredients.sectors)
        self.work = tuple(ingredients.work)

    def random(self, number: int) -> Random:
        """Return the randomness of an entry: the same for the same seed and number."""
        return Random(f"{self.seed}:{number}")  # noqa: S311 - made-up entries, no secrets

    def compose(self, number: int) -> ProviderSpec:
        """Return composed entry `number`, from 0."""
        random, made_of = self.random(number), self.ingredients
        root, style = demo_names.parts(made_of, number)
        place = front(random, made_of.places)
        stage = random.choices(tuple(CLASSES), weights=[one.share for one in CLASSES.values()])[0]
        name = self._name(random, place, root, style)
        industries = some(random, self.industries, 3) if random.random() < 0.95 else ()
        agent_types = some(random, self.work, 3)
        sector = made_of.sectors[industries[0] if industries else "retail"]
        phrase = made_of.work[agent_types[0]].phrase
        words = {"name": name, "city": place.city, "phrase": phrase, "clients": sector.clients}
        is_bare = stage == "bare"
        is_secured = random.random() < CLASSES[stage].secured
        claimed = not is_bare and random.random() < 0.8
        return ProviderSpec(
            name=name,
            slug=demo_names.slug(root, style),
            summary="" if is_bare and random.random() < 0.2 else self._summary(random, words),
            description="" if is_bare else self._description(random, words),
            country=place.country if random.random() < 0.96 else None,
            founded=random.randint(1998, 2025) if random.random() < 0.8 else None,
            employees=_employees(random) if random.random() < 0.9 else None,
            min_project=_min_project(random, place) if random.random() < 0.55 else None,
            languages=place.languages,
            engagement=some(random, self.ids["engagement"], 3) if not is_bare else (),
            industries=industries,
            regions=(place.region, "on-premises") if random.random() < 0.25 else (place.region,),
            agent_types=agent_types,
            **self._stack(random, is_bare=is_bare),
            claimed=claimed,
            listed=days_ago(random, 300) + 30,
            systems=self._systems(random, CLASSES[stage], industries, agent_types),
            certifications=self._certifications(random, CLASSES[stage], is_secured=is_secured),
            answers=self._answers(random, CLASSES[stage], is_secured=is_secured) if claimed else None,
            reports=_reports(random),
        )

    def _name(self, random: Random, place: PlaceSpec, root: str, style: str) -> str:
        made_of = self.ingredients
        if place.script != "latin" and random.random() < 0.6:
            foreign = demo_names.in_script(root, made_of.scripts[place.script])
            return made_of.script_styles[place.script].format(root=foreign)
        return style.format(root=root)

    def _summary(self, random: Random, words: dict[str, str]) -> str:
        return f"{words['phrase'].capitalize()} for {words['clients']}, {random.choice(self.ingredients.twists)}."

    def _description(self, random: Random, words: dict[str, str]) -> str:
        made_of = self.ingredients
        first = " ".join((random.choice(made_of.openings).format(**words), random.choice(made_of.middles)))
        if random.random() < 0.4:
            return first
        second = " ".join((random.choice(made_of.middles), random.choice(made_of.closings)))
        return first if second.split(".")[0] in first else f"{first}\n\n{second}"

    def _stack(self, random: Random, *, is_bare: bool) -> dict[str, tuple[str, ...]]:
        if is_bare:
            return {}
        return {f"{facet}s": some(random, self.ids[facet], most) for facet, most in TERMS.items()}

    def _customer(self, random: Random, industry: str | None) -> CustomerSpec:
        made_of = self.ingredients
        root = random.choice(made_of.starts) + random.choice(made_of.ends)
        ending = random.choice(made_of.sectors[industry or "retail"].endings)
        is_regulated = industry in {"finance", "insurance", "healthcare", "public-sector", "energy"}
        return CustomerSpec(
            name=f"{root} {ending}",
            employees=_employees(random, 400) if random.random() < 0.9 else None,
            regulated=is_regulated if random.random() < 0.9 else None,
            country=front(random, made_of.places).country,
            public=random.random() < 0.4,
        )

    def _systems(
        self, random: Random, stage: Stage, industries: tuple[str, ...], agent_types: tuple[str, ...]
    ) -> tuple[SystemSpec, ...]:
        count = random.choices((0, 1, 2, 3, 4, 6, 12), weights=stage.systems)[0]
        taken: set[str] = set()
        return tuple(self._system(random, stage, industries, agent_types, taken) for _ in range(count))

    def _system(
        self, random: Random, stage: Stage, industries: tuple[str, ...], agent_types: tuple[str, ...], taken: set[str]
    ) -> SystemSpec:
        agent_type = random.choice(agent_types)
        industry = random.choice(industries) if industries else None
        work = self.ingredients.work[agent_type]
        customer = self._customer(random, industry) if random.random() < stage.customers else None
        name = random.choice(work.systems)
        if name in taken and customer is not None:
            name = f"{name}, {country_name(customer.country)}"  # not by name: not every customer may be named
        while name in taken:
            name = f"{random.choice(work.systems)} {len(taken) + 1}"
        taken.add(name)
        live = random.randint(20, 1100) if random.random() < 0.93 else None
        figures = compose_figures(random, stage)
        references = compose_references(random, stage, figures, self.ingredients, self.criteria) if customer else ()
        return SystemSpec(
            name=name,
            summary=random.choice(work.summaries) if random.random() < 0.8 else "",
            industry=industry,
            agent_type=agent_type,
            live=live,
            retired=random.randint(1, live) if live and random.random() < 0.06 else None,
            customer=customer,
            **figures,
            references=references,
            observation=_observation(random) if "uptime" in figures and random.random() < stage.observed else None,
        )

    def _certifications(self, random: Random, stage: Stage, *, is_secured: bool) -> dict[str, CertificationSpec]:
        found = {}
        for name, share in self.ingredients.certification_share.items():
            if random.random() < share * stage.certified:
                until, ago = random.randint(-90, 700), random.randint(5, 350)
                paper = PaperSpec(ago=ago, ends=until) if random.random() < stage.papers else None
                found[name] = CertificationSpec(until=until, ago=ago, paper=paper)
        if is_secured:
            ago, name = random.randint(5, 300), random.choice(("iso27001", "soc2-type2"))
            found[name] = CertificationSpec(until=365 - ago, ago=ago, paper=PaperSpec(ago=ago, ends=365 - ago))
        return found

    def _answers(self, random: Random, stage: Stage, *, is_secured: bool) -> AnswersSpec | None:
        count = min(int(random.expovariate(1 / stage.answers)), len(self.criteria)) if stage.answers else 0
        secured = SECURED if is_secured else ()
        if not (count or secured):
            return None
        answered = [one for one in random.sample(self.criteria, count) if one not in secured]
        met = [criterion for criterion in answered if random.random() < 0.68]
        rest = [criterion for criterion in answered if criterion not in met]
        half = len(rest) // 2
        return AnswersSpec(
            ago=days_ago(random, 80),
            met=(*secured, *met),
            partly=tuple(rest[:half]),
            unmet=tuple(rest[half + 1 :]),
            not_applicable=tuple(rest[half : half + 1]),
            documented=(*secured, *(one for one in met if random.random() < stage.papers / 2)),
        )


def _employees(random: Random, middle: float = 18) -> int:
    return min(max(1, int(random.lognormvariate(0, 1.4) * middle)), 40_000 if middle > 100 else 5_000)


def _min_project(random: Random, place: PlaceSpec) -> tuple[int, str]:
    factor = {"JPY": 150, "KRW": 1000, "INR": 80}.get(place.currency, 1)
    return random.choice((3, 5, 8, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 250)) * 1000 * factor, place.currency


def _reports(random: Random) -> tuple[ReportSpec, ...]:
    if random.random() > 0.012:
        return ()
    notice = "Stated a figure of another system. Corrected by the provider."
    return (ReportSpec(ago=random.randint(10, 700), message="The figure isn't theirs.", notice=notice),)


def _observation(random: Random) -> ObservationSpec:
    bad = {random.randrange(90): random.randint(2, 60) for _ in range(random.randint(0, 5))}
    last = 0 if random.random() < 0.9 else random.randint(1, 20)
    return ObservationSpec(bad=bad, last=last)
