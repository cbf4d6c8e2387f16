"""The guide in words: what a piece is called, what it would change. Pure; names come from the catalogue in force."""

from collections.abc import Sequence

from directory.catalogue.services import Catalogue
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.wording import number, quantity
from directory.publishing.guide import Advice, Block
from directory.publishing.pieces import Kind, Piece
from directory.rules.facts import ProviderFacts

COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a sentence lists them: volume, uptime and response."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _metrics(metrics: Sequence[Metric]) -> str:
    return listed([DEFINITIONS[one].short for one in metrics])


class Words:
    """Names the pieces of one provider's guide."""

    def __init__(self, facts: ProviderFacts, catalogue: Catalogue) -> None:
        """Keep the names that are needed."""
        self._catalogue = catalogue
        self._systems = {system.id: system.name for system in facts.systems}
        self._answers = {answer.criterion: answer.status for answer in facts.answers}
        self._stated = {one.name for one in facts.certifications}

    def piece(self, piece: Piece) -> str:
        """Return a piece as the beginning of a sentence, in the singular: A verified reference on Claims triage."""
        say = {
            Kind.SYSTEM: self._system,
            Kind.START: self._start,
            Kind.FIGURE: self._figure,
            Kind.ANSWER: self._answer,
            Kind.REFERENCE: self._reference,
            Kind.DOCUMENT: self._document,
            Kind.CERTIFICATION: self._certification,
            Kind.OBSERVATION: self._observation,
        }
        return say[piece.kind](piece)

    def effect(self, advice: Advice) -> str:
        """Return what an advice would change: put you In production; let P2 and P3 hold."""
        rules = self._catalogue.rules
        names = [tier.name for tier in rules.production.tiers if tier.id == advice.tier]
        names += [rules.enterprise.name] if advice.is_enterprise else []
        if names:
            return f"would put you {listed([self._standing(name) for name in names])}"
        return f"would make {listed(advice.rules)} hold"

    def rule_names(self, advice: Advice) -> tuple[tuple[str, str], ...]:
        """Return the id and name of each rule that would hold."""
        return tuple((one, self._catalogue.rules.by_id[one].name) for one in advice.rules)

    def plan(self, advice: Advice) -> str:
        """Return the promise of several pieces: After these three, you’d be In production."""
        standing = self.effect(advice).removeprefix("would put you ")
        return f"After these {count(len(advice.pieces))}, you’d be {standing}."

    def target(self, block: Block) -> str:
        """Return the name of what is kept out of reach."""
        rules = self._catalogue.rules
        return next((tier.name for tier in rules.production.tiers if tier.id == block.tier), rules.enterprise.name)

    def _standing(self, name: str) -> str:
        return f"among the {name} entries" if name == self._catalogue.rules.enterprise.name else name

    def _of(self, piece: Piece) -> str:
        return self._systems.get(piece.system_id or 0, "that system")

    def _system(self, piece: Piece) -> str:
        return f"A system that has been live for {piece.days} days or longer" if piece.days else "A live system"

    def _start(self, piece: Piece) -> str:
        return f"The day since which {self._of(piece)} is live, {piece.days} days ago or longer,"

    def _figure(self, piece: Piece) -> str:
        metric = piece.metrics[0]
        name = DEFINITIONS[metric].label
        if not piece.is_bound or piece.value is None:
            return f"{name} of {self._of(piece)}, stated,"
        direction = "or more" if DEFINITIONS[metric].is_more_better else "or less"
        value = quantity(metric, piece.value)
        hours = ", 24×7" if piece.coverage == "24x7" else ""
        return f"{name} of {self._of(piece)}, stated at {value} {direction}{hours},"

    def _answer(self, piece: Piece) -> str:
        criteria = self._catalogue.checklist.criteria
        name = criteria[piece.criterion].name if piece.criterion in criteria else piece.criterion
        return f"{name}, met and documented,"

    def _reference(self, piece: Piece) -> str:
        who = " by a customer from another organisation" if piece.is_another else ""
        if piece.employees is not None:
            regulated = ", or in a regulated one," if piece.or_regulated else ""
            another = "another" if piece.is_another else "an"
            who = f" by a customer in {another} organisation of {number(piece.employees)} people or more{regulated}"
        what = f" that confirms {_metrics(piece.metrics)}" if piece.metrics else ""
        return f"A verified reference on {self._of(piece)}{who}{what}"

    def _document(self, piece: Piece) -> str:
        return f"A document that shows the {_metrics(piece.metrics)} of {self._of(piece)}"

    def _certification(self, piece: Piece) -> str:
        labels = [self._catalogue.taxonomy.label("certification", one) for one in piece.certifications]
        known = [one for one, name in zip(labels, piece.certifications, strict=True) if name in self._stated]
        return f"A document that shows {listed(known or labels, 'or')}"

    def _observation(self, piece: Piece) -> str:
        return f"Uptime of {self._of(piece)}, measured by the directory,"


def count(number_of: int) -> str:
    """Return a small number as a word."""
    return COUNTS[number_of] if number_of < len(COUNTS) else str(number_of)
