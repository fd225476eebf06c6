from django.urls import path

from proctoring.api import acting, allowances, chat, counting, live, looking, recordings, screen
from proctoring.api.review_urls import review_patterns

app_name = "proctoring_api"

_session = "sessions/<uuid:session_id>"
_flag = "flags/<uuid:flag_id>"

urlpatterns = [
    path("live/ticket/", live.LiveTicketEndpoint.as_view(), name="live-ticket"),
    path("candidates/", allowances.Persons.as_view(), name="persons"),
    path("candidates/<uuid:candidate_id>/", allowances.Person.as_view(), name="person"),
    path(
        "candidates/<uuid:candidate_id>/allowances/",
        allowances.PersonAllowances.as_view(),
        name="person-allowances",
    ),
    path("allowances/", allowances.Allowances.as_view(), name="allowances"),
    path("allowances/<uuid:allowance_id>/", allowances.OneAllowance.as_view(), name="allowance"),
    path("allowances/batches/<uuid:batch>/", allowances.AllowanceBatch.as_view(), name="allowance-batch"),
    path("sessions/active/", counting.Active.as_view(), name="active"),
    path("sessions/stats/", counting.Overview.as_view(), name="stats"),
    path("exams/<uuid:exam_id>/stats/", counting.ExamStatistics.as_view(), name="exam-stats"),
    path(f"{_session}/start/", acting.StartEndpoint.as_view(), name="start"),
    path(f"{_session}/pause/", acting.PauseEndpoint.as_view(), name="pause"),
    path(f"{_session}/resume/", acting.ResumeEndpoint.as_view(), name="resume"),
    path(f"{_session}/extend/", acting.ExtendEndpoint.as_view(), name="extend"),
    path(f"{_session}/warn/", acting.WarnEndpoint.as_view(), name="warn"),
    path(f"{_session}/excuse-screen/", acting.ExcuseScreenEndpoint.as_view(), name="excuse-screen"),
    path(f"{_session}/end/", acting.EndEndpoint.as_view(), name="end"),
    path(f"{_session}/terminate/", acting.TerminateEndpoint.as_view(), name="terminate"),
    path(f"{_session}/messages/", chat.Messages.as_view(), name="messages"),
    path(f"{_session}/messages/read/", chat.MessagesRead.as_view(), name="messages-read"),
    path(f"{_session}/messages/answered/", chat.HelpAnswered.as_view(), name="help-answered"),
    path(f"{_session}/events/", looking.Events.as_view(), name="events"),
    path(f"{_session}/flags/", looking.Flags.as_view(), name="flags"),
    path(f"{_session}/snapshots/", looking.Snapshots.as_view(), name="snapshots"),
    path(f"{_session}/clips/", recordings.Clips.as_view(), name="clips"),
    path(f"{_session}/recording/", recordings.RecordingEndpoint.as_view(), name="recording"),
    path(f"{_session}/recording/<slug:source>/", recordings.RecordingFile.as_view(), name="recording-file"),
    path(f"{_session}/risk/", looking.Risk.as_view(), name="risk"),
    path(f"{_flag}/", looking.FlagEndpoint.as_view(), name="flag"),
    path(f"{_flag}/verdict/", looking.VerdictEndpoint.as_view(), name="verdict"),
    path(f"{_flag}/snapshot.jpg", looking.Snapshot.as_view(), name="snapshot"),
    path(f"{_flag}/screen.jpg", screen.ScreenSnapshot.as_view(), name="screen-snapshot"),
    *review_patterns,
]
