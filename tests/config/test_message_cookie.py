from django.contrib.messages import constants
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from config.message_cookie import HostCookieStorage


def test_over_tls_a_message_is_bound_to_its_host(rf: RequestFactory, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    storage, answer = HostCookieStorage(rf.get("/")), HttpResponse()
    storage.add(constants.SUCCESS, "Dana is warned.")
    storage.update(answer)
    cookie = answer.cookies["__Host-messages"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
