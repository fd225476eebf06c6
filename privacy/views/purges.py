"""What was deleted, night by night."""

import uuid

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.retention import DataClass
from accounts.roles import Action
from privacy.models import PurgeRun
from privacy.services.purging import proof_of

RUNS_A_PAGE, THINGS_SHOWN = 30, 500


@require_safe
@requires(Action.VIEW_AUDIT)
def run_list(request: MemberRequest) -> HttpResponse:
    page = Paginator(PurgeRun.objects.all(), RUNS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "privacy/purges.html", {"page": page})


@require_safe
@requires(Action.VIEW_AUDIT)
def run_page(request: MemberRequest, run_id: uuid.UUID) -> HttpResponse:
    run = get_object_or_404(PurgeRun, id=run_id)
    counts = run.things.order_by("data_class").values_list("data_class").annotate(count=Sum("count"))
    context = {
        "run": run,
        "counts": [(DataClass(name).label, count) for name, count in counts],
        "things": run.things.all()[:THINGS_SHOWN],
        "is_more": run.things.count() > THINGS_SHOWN,
        "is_proved": run.is_finished and proof_of(run) == run.proof_sha256,
    }
    return render(request, "privacy/purge.html", context)
