from django.urls import path

from exams.api import agreement, candidates, exams, sessions

app_name = "exams_api"

_exam = "exams/<uuid:exam_id>"
_session = "sessions/<uuid:session_id>"

urlpatterns = [
    path("exams/", exams.Exams.as_view(), name="exams"),
    path(f"{_exam}/", exams.ExamEndpoint.as_view(), name="exam"),
    path(f"{_exam}/candidates/", candidates.Candidates.as_view(), name="candidates"),
    path(f"{_exam}/candidates/import/", candidates.CandidateImport.as_view(), name="import"),
    path("sessions/", sessions.Sessions.as_view(), name="sessions"),
    path(f"{_session}/", sessions.SessionEndpoint.as_view(), name="session"),
    path(f"{_session}/agreement/", agreement.AgreementEndpoint.as_view(), name="agreement"),
    path(f"{_session}/cancel/", sessions.Cancel.as_view(), name="cancel"),
    path(f"{_session}/link/", sessions.Link.as_view(), name="link"),
]
