"""`Idempotency-Key`: a POST that is sent again is done once and answered the same way for a day."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import sealing
from accounts.api.callers import Caller
from accounts.errors import Conflict, DomainError
from accounts.models import StoredAnswer
from accounts.sealed_columns import SealedColumn
from accounts.tenancy import unscoped

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 100
PURPOSE = b"invigil stored answer 1"
SEALED = (SealedColumn("accounts.StoredAnswer", "sealed", "key_id", "institution_id", PURPOSE),)
KEPT_FOR = timedelta(hours=24)

Handler = Callable[..., Response]


def once(handler: Handler, request: Request, *, is_secret: bool) -> Handler:
    """`handler`, done once for the request's key. A refusal changes nothing, so it is not kept."""
    key = request.headers[HEADER]
    if not 1 <= len(key) <= LONGEST or not all("!" <= letter <= "~" for letter in key):
        raise DomainError(
            "idempotency_key",
            _("%(header)s has 1 to %(longest)s plain characters, such as a UUID.")
            % {"header": HEADER, "longest": LONGEST},
            field=HEADER,
        )

    def doing(*args: object, **kwargs: object) -> Response | HttpResponse:
        with transaction.atomic():
            answer, is_new = _claim(request.auth, key, _hash(request))
            if not is_new:
                return _again(answer)
            response = handler(*args, **kwargs)
            answer.status = response.status_code
            answer.is_secret = is_secret
            if not is_secret:
                _seal(answer, JSONRenderer().render(response.data))
            answer.save()
            return response

    return doing


def purge(now: datetime) -> int:
    with unscoped("old answers of every institution are deleted alike"):
        deleted, _ = StoredAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted


def _claim(caller: Caller, key: str, request_sha256: str) -> tuple[StoredAnswer, bool]:
    """The row is the lock: of two requests with one key the second waits here, and then reads."""
    known = StoredAnswer.objects.filter(holder=caller.holder, key=key)
    known.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            row = StoredAnswer.objects.create(holder=caller.holder, key=key, request_sha256=request_sha256)
            return row, True
    except IntegrityError:
        found = known.get()
    if found.request_sha256 != request_sha256:
        raise Conflict(
            "key_reused", _("This key was sent with another request. Take a new one."), field=HEADER
        )
    return found, False


def _again(answer: StoredAnswer) -> HttpResponse:
    if answer.is_secret:
        raise Conflict(
            "done_already",
            _("This was done before, and its answer held a secret that is shown once. Look at the list."),
        )
    try:
        sealed = sealing.Sealed(answer.key_id, bytes(answer.sealed))
        body = sealing.unseal(sealed, answer.institution_id, purpose=PURPOSE)
    except sealing.SealBroken:
        raise Conflict(
            "done_already", _("This was done before; its answer cannot be read any more.")
        ) from None
    return HttpResponse(
        body, status=answer.status, content_type="application/json", headers={REPLAYED: "true"}
    )


def _seal(answer: StoredAnswer, body: bytes) -> None:
    """It may hold a candidate's link, which a stolen database must not."""
    sealed = sealing.seal(body, answer.institution_id, purpose=PURPOSE)
    answer.key_id, answer.sealed = sealed.key_id, sealed.content


def _hash(request: Request) -> str:
    asked = f"{request.method} {request.get_full_path()}\n{request.content_type}\n".encode()
    return hashlib.sha256(asked + request._request.body).hexdigest()
