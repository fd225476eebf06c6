"""The addresses of an installation where PLATFORM_ADMIN is set."""

from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler429, handler500
from config.urls import urlpatterns as every_installation

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [*every_installation, path("platform/", include("config.platform.urls"))]
