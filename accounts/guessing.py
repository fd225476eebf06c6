"""Signing in by password, at the page and at the API alike: whoever guesses waits, and it is on record.

Failures are counted by person and address (django-axes), and by address alone, where one tries many names.
"""

from datetime import datetime, timedelta
from math import ceil

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import services, throttle
from accounts.access import client_ip
from accounts.errors import TooMany, Unauthenticated
from accounts.models import User


def authenticate_person(request: HttpRequest, *, email: str, password: str) -> User:
    """Who has this address and this password; signs nobody in.

    Raises:
        Unauthenticated: when the two do not fit together, in the same words for an unknown address.
        TooMany: when this person, or anybody, was guessed at too often from this address.
    """
    ip = client_ip(request)
    email = email.strip().lower()
    throttle.check("sign-in", ip)
    _check_allowed(request, email)
    user = authenticate(request, email=email, password=password)
    if isinstance(user, User):
        AxesProxyHandler.reset_attempts(ip_address=address_of(request), username=email)
        return user
    throttle.count_failure("sign-in", ip)
    _note_if_locked(request, email, ip)
    raise Unauthenticated(
        "sign_in_refused", _("The email address and the password do not fit together."), field="password"
    )


def forget_failures(user: User) -> None:
    """Whoever has a new password need not wait for the wrong tries at the old one."""
    AxesProxyHandler.reset_attempts(username=user.email)


def address_of(request: HttpRequest) -> str | None:
    """What a failure is counted under; unknown is unknown."""
    return client_ip(request) or None


def forget_expired(now: datetime) -> int:
    """Failures older than the wait count no more."""
    deleted, _ = AccessAttempt.objects.filter(attempt_time__lt=now - _wait()).delete()
    return int(deleted)


def _check_allowed(request: HttpRequest, email: str) -> None:
    if AxesProxyHandler.is_allowed(request, {"email": email}):
        return
    minutes = _minutes_left(email, address_of(request))
    words = ngettext(
        "Too many wrong passwords for this address. Wait %(minutes)s minute, then try again.",
        "Too many wrong passwords for this address. Wait %(minutes)s minutes, then try again.",
        minutes,
    )
    raise TooMany("too_many_tries", words % {"minutes": minutes})


def _note_if_locked(request: HttpRequest, email: str, ip: str) -> None:
    """The failure that closes the door is the one on record; those before it are everyday slips."""
    if AxesProxyHandler.is_allowed(request, {"email": email}):
        return
    guessed_at = User.objects.filter(email=email).first()
    if guessed_at is not None:
        services.note_everywhere(user=guessed_at, actor="system", action="user.locked_out", ip=ip)
    _check_allowed(request, email)


def _minutes_left(email: str, ip: str | None) -> int:
    last = AccessAttempt.objects.filter(username=email, ip_address=ip).latest("attempt_time")
    left = last.attempt_time + _wait() - timezone.now()
    return max(1, ceil(left / timedelta(minutes=1)))


def _wait() -> timedelta:
    wait: timedelta = settings.AXES_COOLOFF_TIME
    return wait
