"""The four roles and what each may do: one table."""

from django.db import models
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    OWNER = "owner", gettext_lazy("Owner")
    EXAMINER = "examiner", gettext_lazy("Examiner")
    PROCTOR = "proctor", gettext_lazy("Proctor")
    AUDITOR = "auditor", gettext_lazy("Auditor")


class Action(models.TextChoices):
    VIEW_EXAMS = "exam.view", gettext_lazy("see exams, candidates and sessions")
    EDIT_EXAMS = "exam.edit", gettext_lazy("create and change exams, candidates and links")
    INTERVENE = "session.intervene", gettext_lazy("start, pause, warn and end sessions")
    REVIEW = "session.review", gettext_lazy("decide on flags")
    VIEW_AUDIT = "audit.view", gettext_lazy("read the audit log")
    MANAGE = "institution.manage", gettext_lazy("change the institution and its members")


_GRANTS: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.EXAMINER: frozenset({Action.VIEW_EXAMS, Action.EDIT_EXAMS, Action.INTERVENE, Action.REVIEW}),
    Role.PROCTOR: frozenset({Action.VIEW_EXAMS, Action.INTERVENE, Action.REVIEW}),
    Role.AUDITOR: frozenset({Action.VIEW_EXAMS, Action.VIEW_AUDIT}),
}


def duties() -> list[tuple[str, list[bool]]]:
    """Each action in words, with whether each role, in the order of `Role`, may do it."""
    return [(action.label, [action in _GRANTS[role] for role in Role]) for action in Action]


def may(role: str, action: Action) -> bool:
    return action in _GRANTS[Role(role)]
