from django.urls import path

from privacy.api import requests, retention

app_name = "privacy_api"

urlpatterns = [
    path("privacy/terms/", retention.Terms.as_view(), name="terms"),
    path("privacy/purges/", retention.Purges.as_view(), name="purges"),
    path("privacy/purges/<uuid:run_id>/", retention.Purge.as_view(), name="purge"),
    path("privacy/holds/", retention.Holds.as_view(), name="holds"),
    path("privacy/holds/<uuid:hold_id>/", retention.Hold.as_view(), name="hold"),
    path("privacy/holds/<uuid:hold_id>/release/", retention.HoldRelease.as_view(), name="hold-release"),
    path("privacy/requests/", requests.SubjectRequests.as_view(), name="requests"),
    path("privacy/requests/<uuid:request_id>/", requests.OneSubjectRequest.as_view(), name="request"),
    path("privacy/requests/<uuid:request_id>/begin/", requests.BeginRequest.as_view(), name="request-begin"),
    path(
        "privacy/requests/<uuid:request_id>/refuse/", requests.RefuseRequest.as_view(), name="request-refuse"
    ),
    path("privacy/requests/<uuid:request_id>/copy.zip", requests.RequestCopy.as_view(), name="request-copy"),
    path(
        "privacy/requests/<uuid:request_id>/certificate/",
        requests.RequestCertificate.as_view(),
        name="request-certificate",
    ),
]
