"""How long each class of personal data is kept: what an institution may choose, and what is fixed."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class DataClass(models.TextChoices):
    """What is deleted together."""

    EVIDENCE = "evidence", gettext_lazy("Pictures and video of a sitting")
    AFTER_DECISION = "after_decision", gettext_lazy("Pictures and video after a decision")
    ID_CARD = "id_card", gettext_lazy("Pictures of identity cards")
    CHAT = "chat", gettext_lazy("Messages")
    REPORT = "report", gettext_lazy("Reports, flags and decisions")
    LOG = "log", gettext_lazy("Measurements and events")
    IDENTITY = "identity", gettext_lazy("Sittings and candidates")
    WEBHOOKS = "webhooks", gettext_lazy("Webhook messages")


@dataclass(frozen=True, slots=True)
class Period:
    """A class with the days that an institution may choose, and what it is in words."""

    data_class: DataClass
    what: str | Promise
    default_days: int
    least_days: int
    most_days: int

    @property
    def field(self) -> str:
        """Where `PrivacyTerms` holds it."""
        return f"{self.data_class.value}_days"


PERIODS: tuple[Period, ...] = (
    Period(
        DataClass.EVIDENCE,
        gettext_lazy("The pictures behind flags and every recording, counted from the end of the sitting."),
        30,
        1,
        1825,
    ),
    Period(
        DataClass.AFTER_DECISION,
        gettext_lazy(
            "Where a person decides on a sitting while its pictures are there, they stay so many days more, "
            "so that the candidate can object."
        ),
        30,
        0,
        365,
    ),
    Period(
        DataClass.ID_CARD,
        gettext_lazy(
            "Deleted as soon as a person has decided on the card, and at the latest so many days after the "
            "end. An exam may keep them as long as its other pictures."
        ),
        7,
        1,
        30,
    ),
    Period(
        DataClass.CHAT,
        gettext_lazy("What candidates and proctors wrote, counted from the end of the sitting."),
        30,
        1,
        1825,
    ),
    Period(
        DataClass.REPORT,
        gettext_lazy("The report’s files, the flags and what people decided on them."),
        365,
        30,
        3650,
    ),
    Period(
        DataClass.LOG,
        gettext_lazy(
            "The numbers from which flags were made, without pictures. The law on artificial intelligence "
            "wants them for half a year at least."
        ),
        400,
        183,
        3650,
    ),
    Period(
        DataClass.IDENTITY,
        gettext_lazy(
            "That somebody sat an exam, what they agreed to, and their name. A sitting goes when nothing "
            "else of it is left; a candidate with the last sitting."
        ),
        400,
        30,
        3650,
    ),
    Period(
        DataClass.WEBHOOKS,
        gettext_lazy("What was told to other programs: ids, no names. Counted from the day it happened."),
        30,
        1,
        365,
    ),
)
OF_A_SITTING = (
    DataClass.EVIDENCE,
    DataClass.AFTER_DECISION,
    DataClass.ID_CARD,
    DataClass.CHAT,
    DataClass.REPORT,
    DataClass.LOG,
    DataClass.IDENTITY,
)
"""What a candidate is promised when they agree."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What goes by itself after a time that nobody can change."""

    what: str | Promise
    when: str | Promise


FIXED: tuple[Fixed, ...] = (
    Fixed(
        gettext_lazy("Pictures and sound that are measured"),
        gettext_lazy("half a minute, in memory; a screen’s picture one minute"),
    ),
    Fixed(gettext_lazy("The numbers of a face or a voice"), gettext_lazy("the end of the sitting")),
    Fixed(gettext_lazy("The camera check’s numbers where no exam followed"), gettext_lazy("a day")),
    Fixed(gettext_lazy("The light of past pictures, in 192 cells"), gettext_lazy("20 minutes")),
    Fixed(gettext_lazy("Archives of reports that somebody asked for"), gettext_lazy("7 days")),
    Fixed(gettext_lazy("Work that is done, as ids"), gettext_lazy("30 days")),
    Fixed(gettext_lazy("Answers kept for repeated requests"), gettext_lazy("a day")),
    Fixed(
        gettext_lazy("The audit log: who did what, as ids, without candidates’ names"),
        gettext_lazy("with the institution; nobody can delete from it, as it proves everything else"),
    ),
    Fixed(
        gettext_lazy("The audit log: who did what, as ids, without candidates’ names"),
        gettext_lazy("with the institution; nobody can delete from it, as it proves everything else"),
    ),
)


def period_of(data_class: str) -> Period:
    return next(period for period in PERIODS if period.data_class == data_class)
