from django.urls import URLPattern, path

from privacy.views import holds, purges, terms
from privacy.views.requests import request_patterns

app_name = "privacy"

urlpatterns: list[URLPattern] = [
    path("settings/privacy/", terms.terms_page, name="terms"),
    path("settings/privacy/purges/", purges.run_list, name="purges"),
    path("settings/privacy/purges/<uuid:run_id>/", purges.run_page, name="purge"),
    path("settings/privacy/holds/", holds.hold_list, name="holds"),
    path("settings/privacy/holds/new/", holds.hold_new, name="hold-new"),
    path("settings/privacy/holds/<uuid:hold_id>/ask-release/", holds.ask_release, name="hold-ask-release"),
    path("settings/privacy/holds/<uuid:hold_id>/release/", holds.release, name="hold-release"),
    path("settings/privacy/holds/<uuid:hold_id>/keep/", holds.keep, name="hold-keep"),
    *request_patterns,
]
