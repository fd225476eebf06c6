"""Where a person is signed in: which browsers, since when, and signing out of all but one."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import audit, services, tokens
from accounts.models import User

# The first that fits: browsers name their forebears too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is signed in; `words` say which in a person's words."""

    words: str
    ip: str
    since: datetime
    is_this: bool


def devices_of(user: User, *, session_key: str | None) -> list[Device]:
    """The one that asks comes first, then the newest."""
    found = [
        Device(words_for(one.user_agent), str(one.ip), one.created_at, one.session_key == session_key)
        for one in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda device: (not device.is_this, -device.since.timestamp()))


@transaction.atomic
def sign_out_elsewhere(*, user: User, session_key: str | None, ip: str = "") -> int:
    """How many other browsers were signed out; programs' tokens can be renewed no more."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=session_key))
    for other in others:
        other.end()
    tokens.revoke_all(user=user)
    services.note_everywhere(user=user, actor=audit.actor_of(user), action="user.signed_out_elsewhere", ip=ip)
    return len(others)


def forget_expired(now: datetime) -> int:
    """Sessions that are over, and what was kept of the browsers that had them."""
    Session.objects.filter(expire_date__lt=now).delete()
    living = Session.objects.values("session_key")
    deleted, _ = UserSession.objects.exclude(session_key__in=living).delete()
    return int(deleted)


def words_for(user_agent: str) -> str:
    browser = next((name for sign, name in _BROWSERS.items() if sign in user_agent), "A browser")
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser
