"""The production profile under test: real PostgreSQL, Redis and S3, with the suite's speed and plain HTTP."""

from config.settings.production import *

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
# The suite makes and drops its database under the connections.
DATABASE_POOLS = {}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# The test client speaks plain HTTP, and the outcome of a task or a fold must be there when the test looks.
EVENTS_FOLD_AFTER_MS = 0
EVENT_FOLDER = "proctoring.services.due_folds.fold_at_once"
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "sessionid"
CSRF_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CELERY_TASK_ALWAYS_EAGER = True
FRAME_TURNS = "proctoring.frame_turns.AtOnce"
CELERY_TASK_EAGER_PROPAGATES = True

# Pages are rendered without `collectstatic` having run.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
