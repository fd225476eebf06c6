"""The platform's admin; `config.urls` includes it where PLATFORM_ADMIN is set."""

from django.urls import path

from config.platform import admins  # noqa: F401 - registers what is shown
from config.platform.site import site

urlpatterns = [path("", site.urls)]
