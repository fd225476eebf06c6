"""The queue of sittings that wait for a person."""

import uuid
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import Conflict
from accounts.models import Membership, User
from accounts.roles import Action, may
from exams.models import Exam
from proctoring.models import ReviewState
from proctoring.review_queue import (
    NOBODY,
    WAITING,
    QueueFilter,
    next_in_queue,
    review_queue,
    reviewable_sessions,
)
from proctoring.review_words import minutes_words, pace_words, progress_words
from proctoring.services.reviewing import claim_review

ROWS_A_PAGE = 50
EXAMS_LISTED = 200
STATES = (
    (WAITING, gettext_lazy("Everything that waits")),
    (ReviewState.UNREVIEWED.value, gettext_lazy("Nobody has it")),
    (ReviewState.IN_REVIEW.value, gettext_lazy("Somebody has it")),
    (ReviewState.DECIDED.value, gettext_lazy("Decided")),
)


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def queue(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    found = review_queue(wanted)
    page = Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    member = cast(MemberRequest, request).membership
    context = {
        "page": page,
        "rows": [(row, minutes_words(row.expected_ms)) for row in page],
        "query": query.urlencode(),
        "progress": progress_words(found),
        "pace": pace_words(found.pace),
        "queue": found,
        "wanted": wanted,
        "states": STATES,
        "exams": _exams(),
        "people": _people(),
        "nobody": NOBODY,
        "may_review": may(member.role, Action.REVIEW),
        "is_filtered": wanted != QueueFilter(),
    }
    return render(request, "proctoring/review/queue.html", context)


@require_POST
@never_cache
@requires(Action.REVIEW)
def take_next(request: HttpRequest) -> HttpResponse:
    """The first sitting that nobody has is one's own from now on."""
    reader = cast(User, request.user)
    found = next_in_queue(after=None, reader_id=reader.id)
    if found is None:
        raise Conflict("queue_empty", _("No sitting waits that nobody else has."))
    session = reviewable_sessions().get(id=found.session_id)
    claim_review(session=session, actor=reader, ip=client_ip(request))
    return redirect("proctoring:session-review", session_id=session.id)


def _wanted(request: HttpRequest) -> QueueFilter:
    """An unknown value filters nothing, so that an old link still opens."""
    state, reviewer = request.GET.get("state", ""), request.GET.get("reviewer", "")
    is_known = reviewer == NOBODY or _uuid(reviewer) is not None
    return QueueFilter(
        exam_id=_uuid(request.GET.get("exam", "")),
        state=state if state in dict(STATES) else WAITING,
        reviewer=reviewer if is_known else "",
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _exams() -> list[Exam]:
    """Those with sittings to review, the newest first."""
    exams = Exam.objects.filter(id__in=reviewable_sessions().values("exam_id"))
    return list(exams.order_by("-created_at", "id").only("id", "title")[:EXAMS_LISTED])


def _people() -> list[User]:
    members = Membership.objects.select_related("user").order_by("user__name", "user__email")
    return [member.user for member in members if may(member.role, Action.REVIEW)]


review_queue_patterns: list[URLPattern] = [
    path("review/", queue, name="review-queue"),
    path("review/next/", take_next, name="review-next"),
]
