"""The four roles and what each may do: one table."""

from django.db import models


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    EXAMINER = "examiner", "Examiner"
    PROCTOR = "proctor", "Proctor"
    AUDITOR = "auditor", "Auditor"


class Action(models.TextChoices):
    VIEW_EXAMS = "exam.view", "see exams, candidates and sessions"
    EDIT_EXAMS = "exam.edit", "create and change exams, candidates and links"
    INTERVENE = "session.intervene", "start, pause, warn and end sessions"
    REVIEW = "session.review", "decide on flags"
    VIEW_AUDIT = "audit.view", "read the audit log"
    MANAGE = "institution.manage", "change the institution and its members"


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
