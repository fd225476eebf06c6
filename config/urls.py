from django.conf import settings
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog

# What a page's scripts say, in the reader's language; pages in English need none.
_words = cache_control(max_age=3600)(JavaScriptCatalog.as_view(domain="djangojs"))

urlpatterns = [
    path("words.js", _words, name="words"),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("webhooks.api.urls")),
    path("api/v1/", include("exams.api.urls")),
    path("api/v1/", include("proctoring.api.urls")),
    path("api/v1/", include("reports.api.urls")),
    path("api/v1/", include("privacy.api.urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.person_urls")),
    path("", include("webhooks.urls")),
    path("", include("exams.urls")),
    path("", include("proctoring.urls")),
    path("", include("reports.urls")),
    path("", include("privacy.urls")),
]

if settings.PLATFORM_ADMIN:
    urlpatterns.append(path(settings.PLATFORM_PATH, include("config.platform.urls")))

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler429 = "config.views.too_many"
handler500 = "config.views.server_error"
