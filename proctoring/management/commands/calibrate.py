"""`manage.py calibrate`: fit the confidence of flags on the verdicts that people gave."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from analysis.confidence import CalibrationError
from proctoring.services.calibrating import calibrate


class Command(BaseCommand):
    help = "Fit the confidence of flags on each institution's verdicts; too few of them give no number."

    def handle(self, *args: Any, **options: Any) -> None:
        institutions = list(Institution.objects.order_by("name"))
        for institution in institutions:
            with tenant_scope(institution.id):
                self.stdout.write(f"{institution.name}: {_told()}")
        if not institutions:
            self.stdout.write("there is no institution yet")


def _told() -> str:
    try:
        made = calibrate()
    except CalibrationError as error:
        return f"uncalibrated ({error})"
    return (
        f"calibrated on {made.verdicts} verdicts, {made.confirmed} confirmed: "
        f"{made.intercept:+.3f} {made.evidence_weight:+.3f} x evidence "
        f"{made.duration_weight:+.3f} x ln seconds, sha256 {made.sha256}"
    )
