"""An institution's own risk policies: who may be called what, and how they are found by name."""

import json
import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import User
from analysis.risk.library import load_policy, policy_names
from analysis.risk.policy import Policy, PolicyError, parse_policy
from exams.models import Exam, RiskPolicy

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,79}\Z")


def find_policy(name: str) -> Policy:
    """The institution's own policy of that name, else the built in one or the operator's.

    Raises:
        PolicyError: there is none, or it cannot be used.
    """
    own = RiskPolicy.objects.filter(name=name).first()
    return parse_policy(own.document) if own else load_policy(name, presets_dir=settings.PRESETS_DIR)


def usable_names() -> list[str]:
    """Every policy that an exam can have: those for everybody first, then the institution's own."""
    common = [name for name in policy_names(presets_dir=settings.PRESETS_DIR) if _is_usable(name)]
    own = RiskPolicy.objects.exclude(name__in=common).values_list("name", flat=True)
    return [*common, *own]


@transaction.atomic
def save_policy(
    *,
    name: str,
    base: str,
    document: dict[str, Any],
    policy: RiskPolicy | None,
    actor: User | None,
    ip: str = "",
) -> RiskPolicy:
    """Keep a policy under its name; sittings that have begun keep the rules that they began with."""
    _check_name(name, policy)
    try:
        parsed = parse_policy(document)
    except PolicyError as error:
        raise DomainError(
            "policy_wrong", _("These rules cannot be used: %(error)s.") % {"error": error}
        ) from error
    saved = policy or RiskPolicy(base=base)
    if policy is not None and policy.name != name:
        Exam.objects.filter(risk_policy=policy.name).update(risk_policy=name)
    saved.name, saved.author, saved.changed_at = name, actor, timezone.now()
    saved.document, saved.sha256 = json.loads(parsed.source), parsed.sha256
    saved.save()
    audit.record(
        actor=audit.actor_of(actor),
        action="policy.changed" if policy else "policy.created",
        subject=f"policy:{saved.id}",
        ip=ip,
        detail={"name": name, "sha256": saved.sha256},
    )
    return saved


@transaction.atomic
def delete_policy(*, policy: RiskPolicy, actor: User | None, ip: str = "") -> None:
    """Only while no exam is set to it; sittings keep their own copy of the rules."""
    exam = Exam.objects.filter(risk_policy=policy.name).first()
    if exam is not None:
        raise Conflict(
            "policy_in_use",
            _("The exam “%(title)s” uses this policy. Choose another there first.") % {"title": exam.title},
        )
    subject, detail = f"policy:{policy.id}", {"name": policy.name, "sha256": policy.sha256}
    policy.delete()
    audit.record(actor=audit.actor_of(actor), action="policy.deleted", subject=subject, ip=ip, detail=detail)


def _check_name(name: str, policy: RiskPolicy | None) -> None:
    if not _NAME.match(name):
        raise DomainError(
            "policy_name",
            _(
                "A name has 1 to 80 letters, digits, spaces, dots, dashes and underscores, and begins with a "
                "letter or digit."
            ),
            field="name",
        )
    others = RiskPolicy.objects.filter(name__iexact=name)
    taken = others.exclude(id=policy.id) if policy else others
    common = {known.lower() for known in policy_names(presets_dir=settings.PRESETS_DIR)}
    if name.lower() in common or taken.exists():
        raise Conflict(
            "policy_name_taken",
            _("There is a policy called “%(name)s” already.") % {"name": name},
            field="name",
        )


def _is_usable(name: str) -> bool:
    try:
        load_policy(name, presets_dir=settings.PRESETS_DIR)
    except PolicyError:
        return False
    return True
