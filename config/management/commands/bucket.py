"""`manage.py bucket`: makes the bucket of the settings fit: there, open to our pages, never cluttered."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError

NO_SUCH_BUCKET = frozenset({"404", "NoSuchBucket"})
# Some servers of the kind leave these parts out; a proxy before them can answer the browsers instead.
NOT_OFFERED = frozenset({"NotImplemented", "MethodNotAllowed", "MalformedXML"})


class Command(BaseCommand):
    help = "Create the bucket where it is missing, let the site's pages write to it, drop halves of uploads."

    def handle(self, *args: Any, **options: Any) -> None:
        if "bucket_name" not in settings.STORAGES["recordings"]["OPTIONS"]:
            raise CommandError("This profile keeps its files in a folder, not in a bucket.")
        storage = storages["recordings"]
        client, name = storage.connection.meta.client, storage.bucket_name
        try:
            self._say(f"{name}: {_made(client, name)}")
            self._say(f"pages of {settings.PUBLIC_URL}: {_opened(client, name)}")
            self._say(f"unfinished uploads: {_tidied(client, name)}")
        except (ClientError, BotoCoreError) as error:
            raise CommandError(f"The bucket {name} cannot be made ready: {error}") from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)


def _made(client: Any, name: str) -> str:
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in NO_SUCH_BUCKET:
            raise
        client.create_bucket(Bucket=name)
        return "created"
    return "there"


def _opened(client: Any, name: str) -> str:
    """Pieces of video go from browsers to the bucket and back, past this server (docs/recording.md)."""
    rule = {
        "AllowedOrigins": [settings.PUBLIC_URL],
        "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["content-type"],
        "MaxAgeSeconds": 3600,
    }
    return _offered(
        lambda: client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]}), "let in"
    )


def _tidied(client: Any, name: str) -> str:
    rule = {
        "ID": "unfinished",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    lifecycle = {"Rules": [rule]}
    return _offered(
        lambda: client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration=lifecycle),
        "dropped after a day",
    )


def _offered(ask: Any, done: str) -> str:
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_OFFERED:
            raise
        return "this server does not offer it; see docs/production.md"
    return done
