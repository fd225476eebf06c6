"""`manage.py anomaly train|show`: learn what sittings are like here, and show which were unlike the rest."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from analysis.anomaly.growing import LearnerMissing
from analysis.anomaly.model import AnomalyError
from proctoring.models import Unusualness
from proctoring.services.unusual import stored_anomaly_model, train_anomaly

SHOWN = 20


class Command(BaseCommand):
    help = "Train or show what orders the review of finished sittings; it adds no points and decides nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("train", "show"))
        parser.add_argument("--institution", metavar="SLUG", help="only this one; all of them without it")

    def handle(self, *args: Any, **options: Any) -> None:
        institutions = list(Institution.objects.order_by("name"))
        if options["institution"] is not None:
            institutions = [one for one in institutions if one.slug == options["institution"]]
            if not institutions:
                raise CommandError(f"there is no institution {options['institution']!r}")
        for institution in institutions:
            with tenant_scope(institution.id):
                told = _trained() if options["what"] == "train" else _shown()
            self.stdout.write(f"{institution.name}: {told}")
        if not institutions:
            self.stdout.write("there is no institution yet")


def _trained() -> str:
    try:
        model = train_anomaly()
    except AnomalyError as error:
        return f"not trained ({error})"
    except LearnerMissing as error:
        raise CommandError(str(error)) from None
    return f"trained on {model.sessions} sessions, {model.blocks} blocks, sha256 {model.sha256}"


def _shown() -> str:
    model = stored_anomaly_model()
    if model is None:
        return "not trained"
    lines = [f"trained on {model.sessions} sessions, {model.blocks} blocks, sha256 {model.sha256}"]
    rows = Unusualness.objects.select_related("session__exam", "session__candidate")
    for row in rows.order_by("-score", "session_id")[:SHOWN]:
        session = row.session
        lines.append(
            f"  {row.score:.3f} {session.exam.title}, {session.candidate.name}: "
            f"more unusual than {row.above_share:.0%}"
        )
        lines.extend(f"        {reason['words']}" for reason in row.reasons)
    return "\n".join(lines)
