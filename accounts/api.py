"""What programs call: JSON in, JSON out, whatever goes wrong."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts import api_keys
from accounts.access import client_ip
from accounts.errors import DomainError
from accounts.middleware import error_body
from accounts.tickets import TICKET_LIFE_S


@csrf_exempt  # No cookie counts here: the key is the only thing that opens it.
@never_cache
@require_POST
@sensitive_variables("token")
def analyse_token(request: HttpRequest) -> HttpResponse:
    try:
        token = api_keys.analyse_token(
            authorization=request.headers.get("Authorization", ""), ip=client_ip(request)
        )
    except DomainError as error:
        response = JsonResponse(error_body(request, error), status=error.status)
        if error.status == 401:
            response["WWW-Authenticate"] = api_keys.SCHEME
        return response
    return JsonResponse({"token": token, "expires_in": TICKET_LIFE_S})
