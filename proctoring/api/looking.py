"""What a session was seen to be: its events, flags, snapshots, risk; and a person's verdict."""

import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant, Query
from accounts.api.pages import Pages, page_of_list
from accounts.roles import Action
from exams.models import Session
from proctoring.api.screen import screen_url
from proctoring.curve import CurvePoint
from proctoring.intervals import session_intervals
from proctoring.models import Decision, Evidence, Flag
from proctoring.queries import SEVERITIES, FlagRow, curve, flag_row, flags_with_verdicts
from proctoring.reasons import LONGEST_REASON
from proctoring.services import intervening
from proctoring.services.review import give_verdict
from proctoring.session_detail import session_detail
from proctoring.timeline import TimelineEntry, TimelineFilter, event_entry, timeline
from proctoring.views.pictures import picture_answer, stored_evidence

KINDS = ("all", "flags", "events")


class EventView(serializers.Serializer):  # type: ignore[misc]
    timestamp = Instant(allow_null=True)
    since_ms = serializers.IntegerField(help_text="Since the session started.")
    kind = serializers.ChoiceField(("flag", "event"))
    event = serializers.CharField(help_text="In words.")
    detail = serializers.CharField()
    severity = serializers.CharField(help_text="Of a flag: critical, warning or info.")
    duration_ms = serializers.IntegerField(allow_null=True)
    flag = serializers.UUIDField(allow_null=True)
    is_late = serializers.BooleanField(help_text="It arrived after the end.")


class EventQuery(Query):
    kind = serializers.ChoiceField(KINDS, required=False)
    severity = serializers.ChoiceField(SEVERITIES, required=False)
    words = serializers.CharField(required=False, max_length=100)


class Note(Body):
    text = serializers.CharField(max_length=intervening.LONGEST_WARNING, help_text="What was noticed.")


class VerdictView(serializers.Serializer):  # type: ignore[misc]
    decision = serializers.ChoiceField(Decision.choices)
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = Instant()


class FlagView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    session = serializers.UUIDField(source="session_id")
    rule = serializers.CharField()
    label = serializers.CharField()
    explain = serializers.CharField()
    severity = serializers.CharField()
    since_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    is_open = serializers.BooleanField()
    in_final = serializers.BooleanField(allow_null=True, help_text="Whether the final replay knows it.")
    confidence = serializers.FloatField(allow_null=True)
    points = serializers.SerializerMethodField()
    snapshot_url = serializers.SerializerMethodField()
    screen_url = serializers.SerializerMethodField()
    verdict = VerdictView(allow_null=True)

    def get_points(self, flag: FlagRow) -> float:
        return flag.delta_milli / 1000

    def get_snapshot_url(self, flag: FlagRow) -> str | None:
        return snapshot_url(self.context["request"], flag.id) if flag.has_evidence else None

    def get_screen_url(self, flag: FlagRow) -> str | None:
        return screen_url(self.context["request"], flag)


class FlagQuery(Query):
    severity = serializers.ChoiceField(SEVERITIES, required=False)
    rule = serializers.CharField(required=False, max_length=80)
    is_open = serializers.BooleanField(required=False)
    decided = serializers.BooleanField(required=False, help_text="Whether somebody has given a verdict.")


class NewVerdict(Body):
    decision = serializers.ChoiceField(Decision.choices)
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="The report shows it.")


class SnapshotView(serializers.Serializer):  # type: ignore[misc]
    flag = serializers.UUIDField(source="flag_id")
    since_ms = serializers.IntegerField(source="t_ms")
    sha256 = serializers.CharField()
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_url(self, evidence: Evidence) -> str:
        return snapshot_url(self.context["request"], evidence.flag_id)


class LedgerView(serializers.Serializer):  # type: ignore[misc]
    label = serializers.CharField()
    score = serializers.FloatField()


class IntervalView(serializers.Serializer):  # type: ignore[misc]
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    interval_score = serializers.FloatField(source="score")
    flagged = serializers.BooleanField()


class PointView(serializers.Serializer):  # type: ignore[misc]
    t_ms = serializers.IntegerField()
    score = serializers.SerializerMethodField()

    def get_score(self, point: CurvePoint) -> float:
        return point.score_milli / 1000


class CountsView(serializers.Serializer):  # type: ignore[misc]
    critical = serializers.IntegerField()
    warning = serializers.IntegerField()
    info = serializers.IntegerField()


class RiskView(serializers.Serializer):  # type: ignore[misc]
    session = serializers.UUIDField()
    score = serializers.FloatField()
    integrity_score = serializers.FloatField()
    coverage = serializers.FloatField(allow_null=True, help_text="The share of the time that was seen.")
    recommendation = serializers.CharField(allow_null=True)
    is_final = serializers.BooleanField()
    flags = CountsView()
    ledgers = LedgerView(many=True)
    intervals = IntervalView(many=True)
    curve = PointView(many=True)
    policy = inline_serializer(
        "PolicyView", {"name": serializers.CharField(), "sha256": serializers.CharField()}
    )


class Events(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.INTERVENE}
    query_class = EventQuery
    pagination_class = Pages

    @extend_schema(responses=EventView(many=True), summary="What happened, in order")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        wanted = TimelineFilter(**{"kind": "all", **self.wanted}, whole=True)
        rows, around = page_of_list(request, timeline(session, wanted).entries)
        shown = EventView([_event(session, row) for row in rows], many=True).data
        return Response({**around, "results": shown})

    @extend_schema(
        request=Note,
        responses={201: EventView},
        summary="Note something in the log by hand",
        examples=[OpenApiExample("A note", {"text": "Asked for a pen."}, request_only=True)],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        text = self.body(Note)["text"]
        noted = intervening.note_by_hand(session=session, text=text, actor=self.actor, ip=self.ip)
        return Response(EventView(_event(session, event_entry(noted))).data, status=201)


class Flags(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = FlagQuery
    pagination_class = Pages
    ordering: ClassVar[tuple[str, ...]] = ("t_ms", "id")

    @extend_schema(responses=FlagView(many=True), summary="A session's flags, as they were raised")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        wanted = dict(self.wanted)
        rows = flags_with_verdicts().filter(session=watched(session_id))
        if "decided" in wanted:
            rows = rows.filter(verdict__isnull=not wanted.pop("decided"))
        found = [flag_row(flag) for flag in self.paginate_queryset(rows.filter(**wanted))]
        return self.get_paginated_response(FlagView(found, many=True, context={"request": request}).data)


class FlagEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=FlagView, summary="One flag")
    def get(self, request: Request, flag_id: uuid.UUID) -> Response:
        return Response(shown_flag(request, flag_id))


class VerdictEndpoint(Endpoint):
    actions: ClassVar = {"POST": Action.REVIEW}
    persons_only: ClassVar[bool] = True

    @extend_schema(
        request=NewVerdict,
        responses=FlagView,
        summary="Decide on a flag, as a person",
        examples=[
            OpenApiExample(
                "No cheating", {"decision": "dismissed", "reason": "Picked up a pen."}, request_only=True
            )
        ],
    )
    def post(self, request: Request, flag_id: uuid.UUID) -> Response:
        flag = get_object_or_404(Flag.objects.all(), id=flag_id)
        wanted = self.body(NewVerdict)
        assert self.actor is not None
        give_verdict(
            flag=flag, decision=wanted["decision"], reason=wanted["reason"], actor=self.actor, ip=self.ip
        )
        return Response(shown_flag(request, flag_id))


class Snapshots(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    pagination_class = Pages
    ordering: ClassVar[tuple[str, ...]] = ("t_ms", "id")

    @extend_schema(responses=SnapshotView(many=True), summary="The pictures behind a session's flags")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        rows = self.paginate_queryset(Evidence.objects.filter(flag__session=watched(session_id)))
        return self.get_paginated_response(SnapshotView(rows, many=True, context={"request": request}).data)


class Snapshot(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY}, summary="The picture behind a flag")
    def get(self, request: Request, flag_id: uuid.UUID) -> HttpResponse:
        return picture_answer(stored_evidence(flag_id), "image/jpeg")


class Risk(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=RiskView, summary="A session's scores, now or at its end")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        return Response(RiskView(_risk(watched(session_id), timezone.now())).data)


def watched(session_id: uuid.UUID) -> Session:
    session: Session = get_object_or_404(
        Session.objects.select_related("exam", "candidate", "risk", "unusualness"), id=session_id
    )
    return session


def shown_flag(request: Request, flag_id: uuid.UUID) -> dict[str, Any]:
    flag = get_object_or_404(flags_with_verdicts(), id=flag_id)
    shown: dict[str, Any] = FlagView(flag_row(flag), context={"request": request}).data
    return shown


def snapshot_url(request: Request, flag_id: uuid.UUID) -> str:
    url: str = reverse("proctoring_api:snapshot", args=[flag_id], request=request)
    return url


def _event(session: Session, entry: TimelineEntry) -> dict[str, Any]:
    started = session.started_at
    return {
        "timestamp": started.astimezone(UTC) + timedelta(milliseconds=entry.t_ms) if started else None,
        "since_ms": entry.t_ms,
        "kind": entry.kind,
        "event": entry.title,
        "detail": entry.detail,
        "severity": entry.severity,
        "duration_ms": entry.duration_ms,
        "flag": entry.flag_id,
        "is_late": entry.is_late,
    }


def _risk(session: Session, now: datetime) -> dict[str, Any]:
    detail = session_detail(session, now)
    return {
        "session": session.id,
        "score": detail.score_milli / 1000,
        "integrity_score": detail.integrity_milli / 1000,
        "coverage": detail.coverage,
        "recommendation": detail.recommendation.code if detail.recommendation else None,
        "is_final": detail.is_final,
        "flags": asdict(detail.flag_counts),
        "ledgers": [{"label": one.label, "score": one.milli / 1000} for one in detail.ledgers],
        "intervals": session_intervals(session, now),
        "curve": curve(session, now).points,
        "policy": {"name": detail.policy_name, "sha256": detail.policy_sha256},
    }
