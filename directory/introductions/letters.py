"""What is written to either side. No letter holds the other side's address; what people typed stands in it as text."""

from directory.core.outbox import Letter
from directory.evidence.metrics import Metric
from directory.introductions.models import IntroductionRecipient
from directory.introductions.questions import QUESTIONS
from directory.providers.models import Provider


def key_of(recipient_id: int) -> str:
    """Return what the key of every letter about one provider's introduction begins with."""
    return f"introduction-{recipient_id}-"


def to_members(recipient: IntroductionRecipient, provider: Provider, message: str) -> Letter:
    """Return the letter that brings a provider's members a buyer's message."""
    return _to_members(recipient, provider, "asked", message)


def on_contact(recipient: IntroductionRecipient, provider: Provider) -> Letter:
    """Return the letter that tells a provider's members that they see now who the buyer is."""
    return _to_members(recipient, provider, "contact", "")


def _to_members(recipient: IntroductionRecipient, provider: Provider, news: str, message: str) -> Letter:
    values = {
        "news": news,
        "provider": provider.name,
        "slug": provider.slug,
        "number": recipient.id,
        "message": message,
        "questions": [QUESTIONS[Metric(one)] for one in recipient.questions],
    }
    return Letter("introduction", "", f"{key_of(recipient.id)}{news}", values)


def to_buyer(recipient: IntroductionRecipient, provider: Provider, email: str) -> Letter:
    """Return the letter that brings the buyer an answer, or that there will be none."""
    values = {"provider": provider.name, "number": recipient.introduction_id, "answer": recipient.answer}
    return Letter("introduction_answer", email, f"{key_of(recipient.id)}answer", values)
