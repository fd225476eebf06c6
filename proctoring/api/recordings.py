"""The video of a sitting, read by programs: how much there is, where a moment lies, the bytes."""

import uuid
from dataclasses import asdict
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant
from accounts.api.pages import Pages, page_of_list
from accounts.audit import actor_of
from accounts.roles import Action
from exams.models import RecordingMode
from proctoring.api.looking import watched
from proctoring.models import Flag, Source
from proctoring.recording_shown import Clip, RecordingShown, RecordingStage, clips_of_flag, recording_state
from proctoring.views.recordings import note_played, playable, video_answer


class SpanView(serializers.Serializer):  # type: ignore[misc]
    start_ms = serializers.IntegerField(help_text="On the sitting's clock.")
    end_ms = serializers.IntegerField()
    file_ms = serializers.IntegerField(help_text="Where in the file it begins.")


class RecordedSourceView(serializers.Serializer):  # type: ignore[misc]
    source = serializers.ChoiceField(Source.choices)
    url = serializers.CharField(allow_null=True, help_text="The file; null where nothing can be played.")
    content_type = serializers.CharField()
    duration_ms = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    joined_at = Instant(allow_null=True)
    spans = SpanView(many=True)
    problems = serializers.DictField(
        child=serializers.IntegerField(), help_text="Pieces that are not in the file, by kind."
    )


class RecordingView(serializers.Serializer):  # type: ignore[misc]
    session = serializers.UUIDField()
    mode = serializers.ChoiceField(RecordingMode.choices)
    stage = serializers.ChoiceField([stage.value for stage in RecordingStage])
    progress = serializers.FloatField()
    pieces = serializers.IntegerField()
    covered_ms = serializers.IntegerField()
    coverage = serializers.FloatField(allow_null=True, help_text="The share of the sitting that is recorded.")
    recordings = RecordedSourceView(many=True)


class ClipView(serializers.Serializer):  # type: ignore[misc]
    flag = serializers.UUIDField(source="flag_id")
    source = serializers.ChoiceField(Source.choices)
    content_type = serializers.CharField()
    start_ms = serializers.IntegerField(help_text="On the sitting's clock.")
    end_ms = serializers.IntegerField()
    file_start_ms = serializers.IntegerField()
    file_end_ms = serializers.IntegerField()
    url = serializers.CharField(help_text="The file, with the part that shows the flag behind the #.")


class RecordingEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=RecordingView, summary="What there is of a session's video")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        session = watched(session_id)
        state = recording_state(session)
        shown = {
            **{
                name: getattr(state, name)
                for name in ("stage", "progress", "pieces", "covered_ms", "coverage")
            },
            "session": session.id,
            "mode": session.exam.recording,
            "recordings": [_recorded(request, session_id, one) for one in state.recordings],
        }
        return Response(RecordingView(shown).data)


class RecordingFile(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(
        operation_id="sessions_recording_file",
        responses={
            (200, "video/webm"): OpenApiTypes.BINARY,
            (206, "video/webm"): OpenApiTypes.BINARY,
            302: None,
        },
        summary="A session's video, whole, in parts (Range) or by a signed address",
    )
    def get(self, request: Request, session_id: uuid.UUID, source: str) -> HttpResponseBase:
        found = playable(session_id, source)
        note_played(found, actor=actor_of(self.actor), ip=self.ip)
        return video_answer(request._request, found)


class Clips(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    pagination_class = Pages

    @extend_schema(
        responses=ClipView(many=True), summary="The parts of a session's video that show its flags"
    )
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        flags = Flag.objects.filter(session=watched(session_id)).order_by("t_ms", "id")
        clips = [_clip(request, session_id, clip) for flag in flags for clip in clips_of_flag(flag)]
        rows, around = page_of_list(request, clips)
        return Response({**around, "results": ClipView(rows, many=True).data})


def _recorded(request: Request, session_id: uuid.UUID, one: RecordingShown) -> dict[str, Any]:
    url = _file_url(request, session_id, one.source) if one.is_playable else None
    return {**asdict(one), "url": url}


def _clip(request: Request, session_id: uuid.UUID, clip: Clip) -> dict[str, Any]:
    part = clip.url.partition("#")[2]
    return {**asdict(clip), "url": f"{_file_url(request, session_id, clip.source)}#{part}"}


def _file_url(request: Request, session_id: uuid.UUID, source: str) -> str:
    url: str = reverse("proctoring_api:recording-file", args=[session_id, source], request=request)
    return url
