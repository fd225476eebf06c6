"""What says that a service is away, and what only says no."""

import psycopg
import pytest
import redis.exceptions
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError, EndpointConnectionError
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest
from django.test import RequestFactory
from kombu.exceptions import OperationalError as BrokerError
from rest_framework.request import Request

from accounts.api.errors import answer_error
from accounts.outages import is_outage
from config import views


def caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


def refused_by_storage(status: int, code: str = "Anything") -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutObject")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error",
    [
        redis.exceptions.ConnectionError("refused"),
        redis.exceptions.TimeoutError("silence"),
        redis.exceptions.OutOfMemoryError("maxmemory"),
        BrokerError("no broker"),
        EndpointConnectionError(endpoint_url="http://storage.example"),
        refused_by_storage(503, "SlowDown"),
        caused(S3UploadFailedError("failed"), refused_by_storage(500)),
        OperationalError("the connection is closed"),
        caused(OperationalError("shutdown"), psycopg.errors.AdminShutdown()),
        caused(OperationalError("crash"), psycopg.errors.CrashShutdown()),
        caused(OperationalError("starting"), psycopg.errors.CannotConnectNow()),
        caused(OperationalError("too many"), psycopg.errors.TooManyConnections()),
        caused(OperationalError("full"), psycopg.errors.DiskFull()),
    ],
    ids=lambda error: type(error.__cause__ or error).__name__,
)
def test_a_service_is_away(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a mistake"),
        redis.exceptions.ResponseError("WRONGTYPE"),
        refused_by_storage(404, "NoSuchKey"),
        caused(IntegrityError("twice"), psycopg.errors.UniqueViolation()),
        caused(OperationalError("too slow"), psycopg.errors.QueryCanceled()),
        caused(OperationalError("each waits for the other"), psycopg.errors.DeadlockDetected()),
    ],
    ids=lambda error: type(error.__cause__ or error).__name__,
)
def test_a_service_says_no(error: Exception) -> None:
    assert not is_outage(error)


AWAY = redis.exceptions.ConnectionError("refused")
WORDS = "A part of the server does not answer. Nothing you saved is lost; try again soon."


def test_a_program_is_asked_to_come_again() -> None:
    response = answer_error(AWAY, {"request": Request(HttpRequest())})
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.data == {"code": "away", "message": WORDS, "field": None, "request_id": ""}
    assert answer_error(ValueError("a mistake"), {"request": Request(HttpRequest())}) is None


def answered(error: Exception, accept: str) -> object:
    request = RequestFactory().get("/exams/", headers={"Accept": accept})
    try:
        raise error
    except Exception:
        response = views.server_error(request)
    return response.status_code, response.get("Retry-After"), WORDS in response.content.decode()


def test_a_page_says_that_a_service_is_away() -> None:
    assert answered(AWAY, "application/json") == (503, "5", True)
    # Without the middlewares' work the page itself cannot be made, as where the database is away.
    assert answered(AWAY, "text/html") == (503, "5", True)


def test_any_other_error_stays_one() -> None:
    assert answered(ValueError("a mistake"), "application/json") == (500, None, False)
