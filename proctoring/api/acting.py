"""What is done to a session: started, paused, let go on, given time, warned, ended."""

import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.api.fields import Body
from accounts.roles import Action
from exams import timekeeping
from exams.api.sessions import SessionsEndpoint, SessionView, find_session
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.device_facts import device_facts
from proctoring.reasons import LONGEST_REASON
from proctoring.services import intervening

COMPLETION = ("completed", "incomplete")


class Start(Body):
    device_info = serializers.DictField(required=False, help_text="A few plain facts about the device.")
    without_baseline = serializers.BooleanField(
        required=False, help_text="Start although the camera check is not finished."
    )


class MoreTime(Body):
    minutes = serializers.IntegerField(min_value=1, max_value=timekeeping.MOST_MINUTES)


class Warning(Body):
    message = serializers.CharField(max_length=intervening.LONGEST_WARNING, help_text="As it is read.")


class End(Body):
    completion_status = serializers.ChoiceField(COMPLETION, required=False)
    final_review = serializers.BooleanField(required=False, help_text="Ask for a look by a person.")


class Termination(Body):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ActOn(SessionsEndpoint):
    """One act on one session; answers with the session as it is then."""

    actions: ClassVar = {"POST": Action.INTERVENE}

    def done(self, session: Session) -> Response:
        return Response(self.shown(session))

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.actor, "ip": self.ip}


class StartEndpoint(ActOn):
    @extend_schema(
        request=Start,
        responses=SessionView,
        summary="Start a session whose candidate has agreed",
        examples=[
            OpenApiExample(
                "A laptop",
                {"device_info": {"camera": "integrated", "microphone": "stereo"}},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        wanted = self.body(Start)
        started = services.start_session(
            session=session,
            device_info=device_facts(wanted.get("device_info", {})),
            without_baseline=wanted.get("without_baseline", False),
        )
        return self.done(started)


class PauseEndpoint(ActOn):
    @extend_schema(request=None, responses=SessionView, summary="Pause: the clock stands still")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        self.body(Body)
        return self.done(intervening.pause_session(session=session, **self.by))


class ResumeEndpoint(ActOn):
    @extend_schema(request=None, responses=SessionView, summary="Let a paused session go on")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        self.body(Body)
        return self.done(intervening.resume_session(session=session, **self.by))


class ExtendEndpoint(ActOn):
    @extend_schema(request=MoreTime, responses=SessionView, summary="Give more time")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        minutes = self.body(MoreTime)["minutes"]
        return self.done(intervening.extend_session(session=session, minutes=minutes, **self.by))


class WarnEndpoint(ActOn):
    @extend_schema(
        request=Warning,
        responses=SessionView,
        summary="Show the candidate a warning",
        examples=[OpenApiExample("A word", {"message": "Please stay at your desk."}, request_only=True)],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        intervening.warn_session(session=session, message=self.body(Warning)["message"], **self.by)
        return self.done(session)


class ExcuseScreenEndpoint(ActOn):
    @extend_schema(
        request=None, responses=SessionView, summary="Let a candidate go on without sharing the screen"
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        self.body(Body)
        return self.done(intervening.excuse_screen(session=session, **self.by))


class EndEndpoint(ActOn):
    @extend_schema(
        request=End,
        responses=SessionView,
        summary="End a session; its report is made",
        examples=[
            OpenApiExample(
                "Done", {"completion_status": "completed", "final_review": True}, request_only=True
            )
        ],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        wanted = self.body(End)
        words = [wanted.get("completion_status", "")]
        words += ["a final review is asked for"] if wanted.get("final_review") else []
        return self.done(self._end(session, SessionState.SUBMITTED, "; ".join(filter(None, words))))

    def _end(self, session: Session, to: SessionState, reason: str) -> Session:
        return services.end_session(
            session=session, to=to, reason=reason, actor=audit.actor_of(self.actor), ip=self.ip
        )


class TerminateEndpoint(EndEndpoint):
    @extend_schema(
        request=Termination,
        responses=SessionView,
        summary="Terminate a session, for a reason",
        examples=[OpenApiExample("A reason", {"reason": "Somebody else sat down."}, request_only=True)],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        return self.done(self._end(session, SessionState.TERMINATED, self.body(Termination)["reason"]))
