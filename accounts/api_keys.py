"""Keys of programs: shown once when they are made, checked by hash, and good for what their scopes name."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, throttle, tickets
from accounts.errors import Conflict, DomainError, Forbidden, TooMany, Unauthenticated
from accounts.models import ApiKey, Scope, User
from accounts.tenancy import tenant_scope, unscoped
from accounts.tickets import Ticket

SCHEME = "Api-Key"
TICKET_KIND = "api_key"
TOKENS_A_MINUTE = 30
MAX_CREDENTIAL = 200
# Its owner wants to know the day, and a row that is written on every use is a row that is waited for.
LAST_USED_EVERY = timedelta(minutes=1)
# How long a key that was renewed goes on beside the new one.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with the only copy of its text, `prefix.secret`."""

    key: ApiKey
    text: str = field(repr=False)


@transaction.atomic
def create(
    *, name: str, scopes: Collection[Scope], expires_at: datetime | None = None, actor: User | None = None
) -> NewKey:
    if not scopes:
        raise DomainError("scope_missing", _("Say what the key is for: it needs at least one scope."))
    if expires_at is not None and expires_at <= timezone.now():
        raise DomainError("expired_already", _("The key would have expired already."), field="expires_at")
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    named = sorted(str(scope) for scope in set(scopes))
    key = ApiKey.objects.create(
        name=name.strip()[:80] or "unnamed",
        prefix=prefix,
        secret_sha256=_hash(secret),
        scopes=named,
        expires_at=expires_at,
        made_by=actor,
    )
    audit.record(
        actor=audit.actor_of(actor),
        action="api_key.created",
        subject=f"api_key:{key.id}",
        detail={"prefix": prefix, "scopes": named},
    )
    return NewKey(key, f"{prefix}.{secret}")


@transaction.atomic
def renew(*, key: ApiKey, actor: User | None = None) -> NewKey:
    """A new key for the same; the one before goes on for a day, so that its program can be told."""
    key = ApiKey.objects.select_for_update().get(id=key.id)
    now = timezone.now()
    if not key.usable(now):
        raise Conflict("key_over", _("This key opens nothing any more. Make a new one."))
    lasting = key.expires_at - key.created_at if key.expires_at else None
    made = create(
        name=key.name,
        scopes=[Scope(scope) for scope in key.scopes],
        expires_at=now + lasting if lasting else None,
        actor=actor,
    )
    key.expires_at = min(now + OVERLAP, key.expires_at or now + OVERLAP)
    key.save(update_fields=["expires_at"])
    audit.record(
        actor=audit.actor_of(actor),
        action="api_key.renewed",
        subject=f"api_key:{key.id}",
        detail={"prefix": key.prefix, "new_prefix": made.key.prefix},
    )
    return made


@transaction.atomic
def revoke(*, prefix: str, actor: User | None = None) -> ApiKey:
    """From now on the key opens nothing, and what it has opened is closed with the next message."""
    key = ApiKey.objects.select_for_update().filter(prefix=prefix).first()
    if key is None:
        raise DomainError(
            "key_unknown",
            _("There is no key that begins with “%(prefix)s”.") % {"prefix": prefix},
            field="prefix",
        )
    if key.revoked_at is not None:
        raise Conflict("key_revoked", _("The key %(prefix)s was revoked already.") % {"prefix": prefix})
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    audit.record(
        actor=audit.actor_of(actor),
        action="api_key.revoked",
        subject=f"api_key:{key.id}",
        detail={"prefix": prefix},
    )
    return key


def all_keys() -> list[ApiKey]:
    return list(ApiKey.objects.select_related("made_by").order_by("created_at", "id"))


def listed(now: datetime) -> list[ApiKey]:
    """Those that open something first, the newest first."""
    return sorted(all_keys(), key=lambda key: (not key.usable(now), -key.created_at.timestamp()))


def analyse_token(*, key: ApiKey, ip: str = "") -> str:
    """A single-use token for the analyse socket."""
    if str(Scope.ANALYSE) not in key.scopes:
        raise Forbidden("key_scope", _("This API key may not %(label)s.") % {"label": Scope.ANALYSE.label})
    if not throttle.take("analyse-token", str(key.id), limit=TOKENS_A_MINUTE, window_s=60):
        raise TooMany(
            "too_many_tokens",
            _("This key has asked for more than %(tokens_a_minute)s tokens in a minute. Wait a little.")
            % {"tokens_a_minute": TOKENS_A_MINUTE},
        )
    return _issue(key, ip)


def usable(key_id: uuid.UUID, scope: Scope) -> bool:
    """Whether the key, in the institution in scope, still opens this; a suspended one opens nothing."""
    key = ApiKey.objects.filter(id=key_id, institution__suspended_at=None).first()
    return key is not None and key.usable(timezone.now()) and str(scope) in key.scopes


@transaction.atomic
def _issue(key: ApiKey, ip: str) -> str:
    audit.record(
        actor=key.actor,
        action="analyse.token_issued",
        subject=f"api_key:{key.id}",
        ip=ip,
    )
    return tickets.issue(
        Ticket(kind=TICKET_KIND, institution_id=str(key.institution_id), holder_id=str(key.id))
    )


def authenticate(*, credential: str, ip: str, at: datetime) -> ApiKey:
    """The key of `prefix.secret`; one answer for all that are not good, so that nothing is learnt."""
    prefix, secret = _parts(credential)
    with unscoped("the key says which institution it is of"):
        key = ApiKey.objects.select_related("institution").filter(prefix=prefix).first()
    expected = key.secret_sha256 if key else "0" * 64
    fits = hmac.compare_digest(_hash(secret), expected)
    if key is None or not fits or not key.usable(at):
        # Only here: somebody's wrong keys must not stop the good ones of the same network.
        throttle.check("api-key", ip)
        throttle.count_failure("api-key", ip)
        raise Unauthenticated("key_refused", _("This API key is not known, has expired or was revoked."))
    _note_use(key, at)
    return key


def _note_use(key: ApiKey, at: datetime) -> None:
    if key.last_used_at is None or at - key.last_used_at >= LAST_USED_EVERY:
        with tenant_scope(key.institution_id):
            ApiKey.objects.filter(id=key.id).update(last_used_at=at)


def _parts(credential: str) -> tuple[str, str]:
    prefix, _dot, secret = credential.partition(".")
    if not prefix or not secret or len(credential) > MAX_CREDENTIAL or "\x00" in credential:
        raise Unauthenticated(
            "key_missing",
            _("Send the header “Authorization: %(scheme)s prefix.secret”.") % {"scheme": SCHEME},
        )
    return prefix, secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
