"""The console's pages: the live wall of an exam and the page of one session."""

import uuid
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import tickets
from accounts.access import MemberRequest, requires
from accounts.roles import Action, may
from exams.models import Exam, Session
from proctoring.adjusted import adjusted_words
from proctoring.cards_told import card_told
from proctoring.chats import author_words, message_json, messages_of
from proctoring.comparing import identity_words
from proctoring.intervals import FLAGGED_AT, session_intervals
from proctoring.models import Decision
from proctoring.queries import SEVERITIES, curve, flag_rows, unusualness_of
from proctoring.session_detail import session_detail
from proctoring.timeline import TimelineFilter, timeline
from proctoring.views import pictures, review
from proctoring.views.console_json import company_json, curve_json, panel_json, wall_json
from proctoring.views.recording_part import recording_part

SOCKET = "/ws/console/"
KINDS = (
    ("all", gettext_lazy("Everything")),
    ("flags", gettext_lazy("Flags")),
    ("events", gettext_lazy("Browser events")),
)
FLAGS_LISTED = 100
PARTS = ("summary", "flags", "timeline")
SLOW_PARTS = ("intervals",)  # made after the page is shown


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def wall(request: HttpRequest, exam_id: uuid.UUID) -> HttpResponse:
    exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    config = {
        "exam": str(exam.id),
        "urls": {"data": reverse("proctoring:wall-data", args=[exam.id]), **_socket_urls()},
        "wall": wall_json(exam, timezone.now()),
        **_watcher(request),
    }
    return render(request, "proctoring/wall.html", {"exam": exam, "config": config})


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def wall_data(request: HttpRequest, exam_id: uuid.UUID) -> HttpResponse:
    exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    return JsonResponse(wall_json(exam, timezone.now()))


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def session(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    found = find_session(session_id)
    config = {
        "session": str(found.id),
        "company": {**company_json(found, timezone.now()), "me": _watcher(request)["me"]},
        "urls": {"risk": reverse("proctoring:risk-data", args=[found.id]), **_socket_urls()},
    }
    context = {part: value for name in PARTS for part, value in _part(request, found, name).items()}
    now_ms = found.elapsed_ms(found.ended_at or timezone.now()) or 0
    shown = {
        "config": config,
        "now_ms": now_ms,
        "unusual": unusualness_of(found),
        "adjusted": adjusted_words(found),
        "identity": identity_words(found),
        "card": card_told(found),
        **recording_part(found),
        **_chat_part(request, found, config),
    }
    return render(request, "proctoring/session.html", {**context, **shown})


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def session_part(request: HttpRequest, session_id: uuid.UUID, part: str) -> HttpResponse:
    """One part of the session page, for the page to refresh in place."""
    if part not in PARTS + SLOW_PARTS:
        raise Http404
    context = _part(request, find_session(session_id), part)
    return render(request, f"proctoring/session_{part}.html", context)


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def panel_data(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return JsonResponse(panel_json(find_session(session_id)))


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def risk_data(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return JsonResponse(curve_json(curve(find_session(session_id), timezone.now())))


@require_POST
@never_cache
@requires(Action.VIEW_EXAMS)
def ticket(request: HttpRequest) -> HttpResponseBase:
    return JsonResponse(
        {"ticket": tickets.issue_to_member(cast(MemberRequest, request).membership, request.session)}
    )


def find_session(session_id: uuid.UUID) -> Session:
    """A session of this institution with what the page shows of it; 404 otherwise."""
    return get_object_or_404(
        Session.objects.select_related("exam", "candidate", "risk", "unusualness"), id=session_id
    )


def _part(request: HttpRequest, found: Session, part: str) -> dict[str, Any]:
    role = cast(MemberRequest, request).membership.role
    shared: dict[str, Any] = {
        "session": found,
        "may_review": may(role, Action.REVIEW),
        "may_intervene": may(role, Action.INTERVENE),
    }
    if part == "summary":
        return {**shared, "detail": session_detail(found, timezone.now())}
    if part == "flags":
        flags = flag_rows(found)
        return {**shared, "flags": flags, "newest_flags": flags[: -FLAGS_LISTED - 1 : -1]}
    if part == "intervals":
        counted = session_intervals(found, timezone.now())
        flagged = sum(interval.flagged for interval in counted)
        scored = [interval for interval in counted if interval.points_milli]
        return {
            **shared,
            "intervals": counted,
            "scored_intervals": scored,
            "flagged_intervals": flagged,
            "interval_limit": FLAGGED_AT,
        }
    wanted = _timeline_filter(request)
    return {
        **shared,
        "timeline": timeline(found, wanted),
        "wanted": wanted,
        "kinds": KINDS,
        "severities": SEVERITIES,
        "decisions": Decision.choices,
    }


def _timeline_filter(request: HttpRequest) -> TimelineFilter:
    """An unknown value filters nothing, so that an old link still opens."""
    kind, severity = request.GET.get("kind", ""), request.GET.get("severity", "")
    return TimelineFilter(
        kind=kind if kind in dict(KINDS) else "all",
        severity=severity if severity in SEVERITIES else "",
        words=request.GET.get("words", "").strip()[:100],
        whole=request.GET.get("whole") == "1",
    )


def _chat_part(request: HttpRequest, found: Session, config: dict[str, Any]) -> dict[str, Any]:
    """What was written, as lines of the page; the script takes over and writes on."""
    written, may_write = messages_of(found), _watcher(request)["may_intervene"] and not found.has_ended
    config["chat"] = {
        "messages": [message_json(message, to_candidate=False) for message in written],
        "may_write": may_write,
    }
    lines = [{**vars(message), "author_words": author_words(message)} for message in written]
    return {"messages_written": lines, "shows_chat": bool(written) or may_write}


def _watcher(request: HttpRequest) -> dict[str, Any]:
    membership = cast(MemberRequest, request).membership
    return {"me": str(membership.user_id), "may_intervene": may(membership.role, Action.INTERVENE)}


def _socket_urls() -> dict[str, str]:
    return {"ticket": reverse("proctoring:console-ticket"), "socket": SOCKET}


console_patterns: list[URLPattern] = [
    path("exams/<uuid:exam_id>/wall/", wall, name="wall"),
    path("exams/<uuid:exam_id>/wall.json", wall_data, name="wall-data"),
    path("sessions/<uuid:session_id>/", session, name="session"),
    path("sessions/<uuid:session_id>/part/<slug:part>/", session_part, name="session-part"),
    path("sessions/<uuid:session_id>/panel.json", panel_data, name="panel-data"),
    path("sessions/<uuid:session_id>/risk.json", risk_data, name="risk-data"),
    path("sessions/<uuid:session_id>/thumbnail.jpg", pictures.thumbnail, name="thumbnail"),
    path("sessions/<uuid:session_id>/screen.jpg", pictures.screen, name="screen"),
    path("sessions/<uuid:session_id>/end/", review.end, name="end"),
    path("sessions/<uuid:session_id>/terminate/", review.terminate, name="terminate"),
    path("evidence/<uuid:flag_id>.jpg", pictures.evidence, name="evidence"),
    path("evidence/<uuid:flag_id>/screen.jpg", pictures.screen_evidence, name="screen-evidence"),
    path("flags/<uuid:flag_id>/", review.flag, name="flag"),
    path("flags/<uuid:flag_id>/verdict/", review.verdict, name="verdict"),
    path("console/ticket/", ticket, name="console-ticket"),
]
