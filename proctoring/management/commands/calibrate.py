"""`manage.py calibrate`: fit the confidence of flags on the verdicts that people gave."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from analysis.anomaly.growing import LearnerMissing
from analysis.confidence import CalibrationError, Curve
from proctoring.services.calibrating import calibrate


class Command(BaseCommand):
    help = "Fit the confidence of flags on each institution's verdicts; too few of them give no number."

    def handle(self, *args: Any, **options: Any) -> None:
        institutions = list(Institution.objects.order_by("name"))
        for institution in institutions:
            with tenant_scope(institution.id):
                for line in _told():
                    self.stdout.write(f"{institution.name}: {line}")
        if not institutions:
            self.stdout.write("there is no institution yet")


def _told() -> Iterator[str]:
    try:
        made = calibrate()
    except CalibrationError as error:
        yield f"uncalibrated ({error})"
        return
    except LearnerMissing as error:
        yield f"not calibrated anew ({error})"
        return
    yield f"calibrated on {_curve_told(made.whole)}, sha256 {made.sha256}"
    for rule, curve in made.rules.items():
        yield f"  {rule} on {_curve_told(curve)}"


def _curve_told(curve: Curve) -> str:
    return (
        f"{curve.verdicts} verdicts, {curve.confirmed} confirmed ({curve.method}): "
        f"{curve.intercept:+.3f} {curve.evidence_weight:+.3f} x evidence "
        f"{curve.duration_weight:+.3f} x ln seconds; on verdicts left out Brier {curve.brier:.3f}, "
        f"ECE {curve.ece:.3f}"
    )
