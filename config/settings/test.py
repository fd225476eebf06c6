"""The embedded profile, fast and strict: what the suite runs on."""

import atexit
import shutil
import tempfile
import warnings
from pathlib import Path

from config.settings.base import *

# A naive time or a page out of order is a mistake of ours, not something to log.
warnings.filterwarnings(
    "error", message=r"DateTimeField .* received a naive datetime", category=RuntimeWarning
)
warnings.filterwarnings("error", category=UserWarning, module=r"django\.core\.paginator")

TEST_DIR = Path(tempfile.mkdtemp(prefix="invigil-test-"))
atexit.register(shutil.rmtree, TEST_DIR, ignore_errors=True)

SECRET_KEY = "only-for-tests-0123456789-0123456789-0123456789"  # noqa: S105 - opens nothing
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

DATABASES = {
    "default": DATABASES["default"]
    | {
        "NAME": TEST_DIR / "invigil.sqlite3",
        "TEST": {"NAME": TEST_DIR / "test.sqlite3"},
        # A crash loses the data, which nobody wants to keep.
        "OPTIONS": DATABASES["default"]["OPTIONS"]
        | {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"},
    },
}

STORAGES = {
    alias: {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": TEST_DIR / alias},
    }
    for alias in ("default", "evidence", "recordings", "reports")
} | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
