"""Who calls the API: a person by cookie or token, a program by key. The programs' side of the HTTP door."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import api_keys, audit, tokens
from accounts.access import client_ip
from accounts.errors import DomainError, Unauthenticated
from accounts.models import ApiKey, Membership, Scope, User
from accounts.roles import Action, may
from accounts.tenancy import tenant_scope

API = "/api/v1/"
SCHEMES = f"{tokens.SCHEME}, {api_keys.SCHEME}"

# What a key's scopes let a program do. Nothing here lets it decide on a flag: a verdict is a person's.
_GRANTS: dict[Scope, frozenset[Action]] = {
    Scope.ANALYSE: frozenset(),
    Scope.READ: frozenset({Action.VIEW_EXAMS}),
    Scope.WRITE: frozenset({Action.VIEW_EXAMS, Action.EDIT_EXAMS}),
    Scope.INTERVENE: frozenset({Action.VIEW_EXAMS, Action.INTERVENE}),
    Scope.AUDIT: frozenset({Action.VIEW_AUDIT}),
    Scope.MANAGE: frozenset({Action.MANAGE}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Exactly one of the two is set."""

    institution_id: uuid.UUID
    membership: Membership | None = None
    key: ApiKey | None = None

    @property
    def time_zone(self) -> str:
        known = self.membership or self.key
        return known.institution.timezone if known else "UTC"

    @property
    def is_suspended(self) -> bool:
        known = self.membership or self.key
        return known is not None and known.institution.suspended_at is not None

    @property
    def user(self) -> User | None:
        return self.membership.user if self.membership else None

    @property
    def holder(self) -> str:
        """Whose limits and whose stored answers: `user:...` or `api_key:...`."""
        return self.key.actor if self.key else audit.actor_of(self.user)

    def may(self, action: Action) -> bool:
        if self.membership is not None:
            return may(self.membership.role, action)
        return any(action in _GRANTS[Scope(scope)] for scope in self.key.scopes) if self.key else False


def institution_of_caller(request: HttpRequest) -> uuid.UUID | None:
    """A resolver of `TENANT_RESOLVERS`; what it found or refused, authentication reads from the request."""
    header = request.headers.get("Authorization", "")
    if not header or not request.path_info.startswith(API):
        return None
    try:
        caller = _caller(header, client_ip(request))
    except DomainError as error:
        request.caller_refused = error  # type: ignore[attr-defined]
        return None
    request.caller = caller  # type: ignore[attr-defined]
    request.membership = caller.membership  # type: ignore[attr-defined]
    return caller.institution_id


def _caller(header: str, ip: str) -> Caller:
    scheme, _space, credential = header.strip().partition(" ")
    if scheme.lower() == api_keys.SCHEME.lower():
        key = api_keys.authenticate(credential=credential.strip(), ip=ip, at=timezone.now())
        return Caller(institution_id=key.institution_id, key=key)
    if scheme.lower() == tokens.SCHEME.lower():
        return _person(tokens.read_access(credential.strip()))
    raise Unauthenticated(
        "credential_unknown",
        _("Send “Authorization: %(token)s token” or “Authorization: %(key)s prefix.secret”.")
        % {"token": tokens.SCHEME, "key": api_keys.SCHEME},
    )


def _person(claims: tokens.Claims) -> Caller:
    with tenant_scope(claims.institution_id):
        membership = tokens.member_of(claims)
    return Caller(institution_id=claims.institution_id, membership=membership)
