from django.urls import path

from exams.views import candidates, console, joining

app_name = "exams"

_candidate = "exams/<uuid:exam_id>/candidates/<uuid:session_id>"

urlpatterns = [
    path("exams/", console.exam_list, name="list"),
    path("exams/new/", console.exam_new, name="new"),
    path("exams/<uuid:exam_id>/", console.exam_detail, name="detail"),
    path("exams/<uuid:exam_id>/edit/", console.exam_edit, name="edit"),
    path("exams/<uuid:exam_id>/candidates/add/", candidates.candidate_add, name="candidate_add"),
    path("exams/<uuid:exam_id>/candidates/import/", candidates.candidates_import, name="import"),
    path(
        "exams/<uuid:exam_id>/candidates/template.csv", candidates.candidates_template, name="import_template"
    ),
    path("exams/<uuid:exam_id>/candidates/links.csv", candidates.links_file, name="links_file"),
    path(f"{_candidate}/link/", candidates.link_reissue, name="link_reissue"),
    path(f"{_candidate}/revoke/", candidates.link_revoke, name="link_revoke"),
    path(f"{_candidate}/cancel/", candidates.session_cancel, name="session_cancel"),
    path("join/<str:token>/", joining.join, name="join"),
    path("room/<uuid:session_id>/consent/", joining.consent, name="consent"),
    path("room/<uuid:session_id>/decline/", joining.decline, name="decline"),
    path("room/<uuid:session_id>/elsewhere/", joining.elsewhere, name="elsewhere"),
    path("room/<uuid:session_id>/thanks/", joining.thanks, name="thanks"),
]
