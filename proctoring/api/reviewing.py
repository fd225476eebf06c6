"""The review: the queue, one sitting's moments, and what a person decides on them and on it."""

import uuid
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant, Query
from accounts.api.pages import Pages, page_of_list
from accounts.roles import Action
from exams.models import Session
from proctoring.api.looking import FlagView, watched
from proctoring.models import Decision, Flag, Outcome, ReviewState
from proctoring.reasons import LONGEST_REASON
from proctoring.review_detail import past_verdicts, session_review
from proctoring.review_queue import NOBODY, WAITING, Queue, QueueFilter, QueueRow, review_queue
from proctoring.services.review import dismiss_rule, give_verdicts, take_back_verdicts
from proctoring.services.reviewing import claim_review, decide_session, release_review, reopen_session

MOST_FLAGS = 500


class QueueQuery(Query):
    exam = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(
        (WAITING, *ReviewState.values), required=False, help_text="`waiting`, as without it: not decided."
    )
    reviewer = serializers.UUIDField(required=False, help_text="A member: who has it, or who decided.")
    unassigned = serializers.BooleanField(required=False, help_text="Those that nobody has.")


class QueueRowView(serializers.Serializer):  # type: ignore[misc]
    session = serializers.UUIDField(source="session_id")
    exam = serializers.UUIDField(source="exam_id")
    exam_name = serializers.CharField(source="exam_title")
    candidate_id = serializers.CharField(source="external_id")
    candidate_name = serializers.CharField(source="candidate")
    ended_at = Instant()
    state = serializers.ChoiceField(ReviewState.choices)
    reviewer = serializers.CharField(help_text="Who has it now; empty where nobody has.")
    waiting_flags = serializers.IntegerField()
    waiting_moments = serializers.IntegerField()
    severity = serializers.CharField(help_text="Of the worst flag that waits; empty where none does.")
    confidence = serializers.FloatField(allow_null=True, help_text="0 to 100, of the worst flag that waits.")
    unusual_share = serializers.FloatField(allow_null=True, help_text="More unusual than this share.")
    reasons = serializers.SerializerMethodField(help_text="Why it stands where it stands.")
    expected_ms = serializers.IntegerField()

    def get_reasons(self, row: QueueRow) -> list[str]:
        return list(row.reasons)


class ProgressView(serializers.Serializer):  # type: ignore[misc]
    decided = serializers.IntegerField()
    total = serializers.IntegerField()
    listed = serializers.SerializerMethodField(help_text="How many the same filter lists.")
    expected_ms = serializers.IntegerField(help_text="For what is listed.")
    per_moment_ms = serializers.IntegerField(source="pace.per_moment_ms")
    is_measured = serializers.BooleanField(source="pace.is_measured", help_text="On your last decisions.")

    def get_listed(self, queue: Queue) -> int:
        return len(queue.rows)


class MomentView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField(help_text="Of its first flag.")
    since_ms = serializers.IntegerField()
    until_ms = serializers.IntegerField()
    severity = serializers.CharField()
    is_decided = serializers.BooleanField()
    flags = FlagView(many=True)


class SittingDecisionView(serializers.Serializer):  # type: ignore[misc]
    recommendation = serializers.ChoiceField(Outcome.choices, source="outcome")
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = Instant()


class ReviewView(serializers.Serializer):  # type: ignore[misc]
    session = serializers.SerializerMethodField()
    state = serializers.ChoiceField(ReviewState.choices)
    reviewer = serializers.CharField()
    taken_at = Instant(allow_null=True)
    waiting_flags = serializers.IntegerField()
    can_be_decided = serializers.BooleanField()
    decision = SittingDecisionView(allow_null=True)
    moments = MomentView(many=True)

    def get_session(self, _review: Any) -> uuid.UUID:
        session_id: uuid.UUID = self.context["session"]
        return session_id


class PastVerdictView(serializers.Serializer):  # type: ignore[misc]
    decision = serializers.ChoiceField(Decision.choices)
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = Instant()
    replaced_by = serializers.CharField()
    replaced_at = Instant()
    was_taken_back = serializers.BooleanField()


class Claim(Body):
    take_over = serializers.BooleanField(required=False, help_text="Take it from whoever has it.")


class NewVerdicts(Body):
    flags = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_FLAGS, help_text="Of this session."
    )
    decision = serializers.ChoiceField(Decision.choices)
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="The report shows it.")


class Technical(Body):
    rule = serializers.CharField(max_length=80)
    reason = serializers.CharField(max_length=LONGEST_REASON)


class NewDecision(Body):
    recommendation = serializers.ChoiceField(Outcome.choices)
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="The report shows it.")


class Reopening(Body):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ReviewQueue(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = QueueQuery
    pagination_class = Pages

    @extend_schema(responses=QueueRowView(many=True), summary="Sittings in the order of review")
    def get(self, request: Request) -> Response:
        rows, around = page_of_list(request, review_queue(_filter(self.wanted)).rows)
        return Response({**around, "results": QueueRowView(rows, many=True).data})


class ReviewProgress(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = QueueQuery

    @extend_schema(responses=ProgressView, summary="How much is reviewed, and how long the rest takes")
    def get(self, request: Request) -> Response:
        return Response(ProgressView(review_queue(_filter(self.wanted))).data)


class ReviewEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=ReviewView, summary="A session's review, with its flags in moments")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        return Response(_shown(request, watched(session_id)))


class PastVerdicts(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    pagination_class = Pages

    @extend_schema(responses=PastVerdictView(many=True), summary="What was decided on a flag before")
    def get(self, request: Request, flag_id: uuid.UUID) -> Response:
        flag = get_object_or_404(Flag.objects.select_related("session"), id=flag_id)
        rows, around = page_of_list(request, past_verdicts(flag.session).get(flag.id, []))
        return Response({**around, "results": PastVerdictView(rows, many=True).data})


class ReviewAct(Endpoint):
    """A person's act on one review; answers with the review as it is then."""

    actions: ClassVar = {"POST": Action.REVIEW}
    persons_only: ClassVar[bool] = True

    def done(self, session: Session) -> Response:
        return Response(_shown(self.request, session))

    @property
    def by(self) -> dict[str, Any]:
        assert self.actor is not None
        return {"actor": self.actor, "ip": self.ip}


class ReviewClaim(ReviewAct):
    @extend_schema(request=Claim, responses=ReviewView, summary="Have a session in review")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        claim_review(session=session, take_over=self.body(Claim).get("take_over", False), **self.by)
        return self.done(session)


class ReviewRelease(ReviewAct):
    @extend_schema(request=None, responses=ReviewView, summary="Give a session back to the queue")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        self.body(Body)
        release_review(session=session, **self.by)
        return self.done(session)


class ReviewVerdicts(ReviewAct):
    @extend_schema(
        request=NewVerdicts,
        responses=ReviewView,
        summary="Decide on several flags at once",
        examples=[
            OpenApiExample(
                "A moment",
                {
                    "flags": ["0b7c6a52-9a53-4a7e-8a52-6f4f1c1f6f11"],
                    "decision": "dismissed",
                    "reason": "Picked up a pen.",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        wanted = self.body(NewVerdicts)
        give_verdicts(
            session=session,
            flag_ids=wanted["flags"],
            decision=wanted["decision"],
            reason=wanted["reason"],
            **self.by,
        )
        return self.done(session)


class ReviewUndo(ReviewAct):
    @extend_schema(request=None, responses=ReviewView, summary="Take back your last decision on flags")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        self.body(Body)
        take_back_verdicts(session=session, **self.by)
        return self.done(session)


class ReviewTechnical(ReviewAct):
    @extend_schema(
        request=Technical, responses=ReviewView, summary="Every undecided flag of a rule is technical trouble"
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        dismiss_rule(session=session, **self.body(Technical), **self.by)
        return self.done(session)


class ReviewDecide(ReviewAct):
    @extend_schema(
        request=NewDecision,
        responses=ReviewView,
        summary="Decide on a session whose flags are all reviewed",
        examples=[
            OpenApiExample(
                "No objection",
                {"recommendation": "PASS", "reason": "Nothing speaks against it."},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        wanted = self.body(NewDecision)
        decide_session(session=session, outcome=wanted["recommendation"], reason=wanted["reason"], **self.by)
        return self.done(session)


class ReviewReopen(ReviewAct):
    @extend_schema(request=Reopening, responses=ReviewView, summary="Open a decision again, for a reason")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        reopen_session(session=session, reason=self.body(Reopening)["reason"], **self.by)
        return self.done(session)


def _filter(wanted: dict[str, Any]) -> QueueFilter:
    reviewer = str(wanted["reviewer"]) if "reviewer" in wanted else ""
    return QueueFilter(
        exam_id=wanted.get("exam"),
        state=wanted.get("state", WAITING),
        reviewer=NOBODY if wanted.get("unassigned") else reviewer,
    )


def _shown(request: Request, session: Session) -> dict[str, Any]:
    context = {"request": request, "session": session.id}
    shown: dict[str, Any] = ReviewView(session_review(session), context=context).data
    return shown
