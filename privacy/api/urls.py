from django.urls import path

from privacy.api import retention

app_name = "privacy_api"

urlpatterns = [
    path("privacy/terms/", retention.Terms.as_view(), name="terms"),
    path("privacy/purges/", retention.Purges.as_view(), name="purges"),
    path("privacy/purges/<uuid:run_id>/", retention.Purge.as_view(), name="purge"),
    path("privacy/holds/", retention.Holds.as_view(), name="holds"),
    path("privacy/holds/<uuid:hold_id>/", retention.Hold.as_view(), name="hold"),
    path("privacy/holds/<uuid:hold_id>/release/", retention.HoldRelease.as_view(), name="hold-release"),
]
