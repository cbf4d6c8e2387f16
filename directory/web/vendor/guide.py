"""The completeness guide as the vendor's pages show it: sentences, and where each thing is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import url_for

from directory.providers.models import Provider
from directory.publishing.advice import Words
from directory.publishing.drafts import load
from directory.publishing.gaps import SOON_DAYS, Ending, ending, expired, unanswered
from directory.publishing.guide import Advice, guide
from directory.publishing.pieces import NEW_SYSTEM, Kind
from directory.web.session import catalogue, reader, today
from directory.web.vendor.in_force import verdicts_of


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the address where it is done."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Single:
    """One step, what it would change (a standing, or rules), and the names of the rules that would then hold."""

    step: Step
    effect: str
    is_a_standing: bool
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Several steps, in order, and what they promise together."""

    promise: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """What keeps something out of reach whatever is added."""

    target: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndingSoon:
    """Something that stops counting soon."""

    step: Step
    last_on: date


@dataclass(frozen=True, slots=True)
class GuidePanel:
    """Everything that the guide says. `days`: how far ahead it looks for what ends."""

    singles: tuple[Single, ...]
    plans: tuple[Plan, ...]
    blocked: tuple[Blocked, ...]
    gaps: tuple[Step, ...]
    first: Step | None
    ending: tuple[EndingSoon, ...]
    expired: tuple[Step, ...]
    days: int = SOON_DAYS

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing left to say."""
        return not (
            self.first or self.singles or self.plans or self.blocked or self.gaps or self.ending or self.expired
        )


class _Places:
    """The addresses at which pieces are added."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._slug = provider.slug
        self._areas = {one.id: area.id for area in catalogue().checklist.areas for one in area.criteria}

    def of(self, kind: Kind, system_id: int | None = None, about: str = "") -> str:
        slug = self._slug
        if kind is Kind.SYSTEM or system_id == NEW_SYSTEM:
            return url_for("vendor.systems", slug=slug)
        if kind in (Kind.START, Kind.FIGURE) and system_id is not None:
            return url_for("vendor.system", slug=slug, key=system_id) + (f"#{about}" if about else "")
        if kind is Kind.ANSWER:
            area = self._areas.get(about)
            fragment = f"#{about}" if area else ""
            return (url_for("vendor.answers", slug=slug, area=area) if area else f"/vendor/{slug}/answers") + fragment
        if kind is Kind.CERTIFICATION:
            row = self._row(about) if about else None
            return url_for("vendor.certifications", slug=slug) + ("" if row is None else f"#row-{row}")
        return f"/vendor/{slug}/{'references' if kind is Kind.REFERENCE else 'documents'}"

    def where(self, one: Ending) -> Step:
        """Return something that ends or has ended, and where it is renewed."""
        return Step(one.what, self.of(one.place, one.system_id, one.about))

    def _row(self, name: str) -> int | None:
        held = load(reader(), self._provider).content["certifications"]
        return next((row for row, one in enumerate(held) if one.get("name") == name), None)


def guide_of(provider: Provider) -> GuidePanel:
    """Return the guide of a provider, by what is public of it today and the rules in force."""
    verdicts = verdicts_of(provider)
    rules = catalogue().rules
    found = guide(verdicts.facts, rules, today())
    words, places = Words(verdicts.facts, catalogue()), _Places(provider)
    return GuidePanel(
        singles=tuple(_single(one, words, places) for one in found.singles),
        plans=tuple(Plan(words.plan(one), _steps(one, words, places)) for one in found.plans),
        blocked=tuple(
            Blocked(words.target(one), tuple(text for result in one.results for text in result.because))
            for one in found.blocks
        ),
        first=_first(provider),
        gaps=(
            *_profile_gaps(provider),
            *_gaps(provider.slug, verdicts.answers, has_systems=bool(verdicts.live_systems)),
        ),
        ending=tuple(EndingSoon(places.where(one), one.last_on) for one in ending(verdicts, rules)),
        expired=tuple(places.where(one) for one in expired(verdicts, rules)),
    )


def _steps(advice: Advice, words: Words, places: _Places) -> tuple[Step, ...]:
    return tuple(
        Step(
            words.piece(one).rstrip(","),
            places.of(one.kind, one.system_id, one.criterion or "".join(one.metrics[:1])),
        )
        for one in advice.pieces
    )


def _single(advice: Advice, words: Words, places: _Places) -> Single:
    (step,) = _steps(advice, words, places)
    step = Step(words.piece(advice.pieces[0]), step.address)  # the sentence goes on
    return Single(step, words.effect(advice), advice.is_a_standing, words.rule_names(advice))


def _first(provider: Provider) -> Step | None:
    """Return what everything else waits for."""
    address = url_for("vendor.claim", provider_slug=provider.slug)
    return Step("Show that the firm is yours", address) if provider.is_unproven else None


def _profile_gaps(provider: Provider) -> tuple[Step, ...]:
    address = url_for("vendor.profile", slug=provider.slug)
    asked = (
        (provider.summary, "No sentence says what you build."),
        (provider.description, "There is no description."),
        (provider.country, "The country of your head office isn’t stated."),
        (provider.employees is not None, "The number of employees isn’t stated."),
        (provider.industries, "No industry is chosen."),
        (provider.agent_types, "No kind of agent is chosen."),
        (provider.tools, "No tool is chosen: buyers filter by them."),
    )
    return tuple(Step(text, address) for value, text in asked if not value)


def _gaps(slug: str, answered: Collection[str], *, has_systems: bool) -> tuple[Step, ...]:
    none = () if has_systems else (Step("No live system is listed.", url_for("vendor.systems", slug=slug)),)
    open_areas = unanswered(catalogue().checklist, answered)
    return (
        *none,
        *(
            Step(
                f"{one.name}: {one.count} of {one.of} criteria without an answer in force.",
                url_for("vendor.answers", slug=slug, area=one.area),
            )
            for one in open_areas
        ),
    )
