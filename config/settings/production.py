"""PostgreSQL, Redis, S3 and Celery workers: replaces whole dictionaries of `base`, each value named."""

from config import backends, env
from config.settings.base import *

SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.required_words("ALLOWED_HOSTS")
PUBLIC_URL = env.required("PUBLIC_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The role that serves is bound by row-level security; the owner of the tables only migrates.
DATABASES = {
    "default": backends.postgres_database(
        env.secret("DATABASE_URL"), owner_url=env.secret_or("DATABASE_OWNER_URL", "")
    ),
}
# Of each web process; whoever finds none free for ten seconds gets an error instead of waiting on.
DATABASE_POOLS = {
    "default": {
        "min_size": 1,
        "max_size": env.integer("DATABASE_POOL_SIZE", 10, least=1),
        "timeout": 10,
        # A database that was away is asked for again at once, not after a wait that grew with its absence.
        "reconnect_timeout": 2,
    },
}
# What a connection has learned about the tables grows with it, so each ends some day.
DATABASE_KEPT_S = {"default": 1800}
# Celery would close them after so many tasks: those that are worn out are closed in `config/celery.py`.
CELERY_DB_REUSE_MAX = 2**62

REDIS_URL = env.secret("REDIS_URL")
CACHES = {
    "default": backends.redis_cache(backends.redis_url(REDIS_URL, 1), prefix="invigil", timeout_s=300),
    "frames": backends.redis_cache(backends.redis_url(REDIS_URL, 2), prefix="frames", timeout_s=30),
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "config.steady_layer.SteadyRedisLayer",
        "CONFIG": {"hosts": [backends.redis_url(REDIS_URL, 0)], "prefix": "invigil"},
    },
}
LIVE_SENDER = "proctoring.live_sending.StraightToRedis"
FRAME_TURNS = "proctoring.frame_turns.InTurn"

CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_BROKER_URL = backends.redis_url(REDIS_URL, 3)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # Connecting is tried once: whoever publishes has no time for a pause between tries.
    "max_retries": 0,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
# Whoever orders work has people waiting: jobs are rows that the sweep finds, frames are samples.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# What hangs is ended with its process, and done again by another; a job may last as long as it works.
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_ANNOTATIONS = {
    "jobs.tasks.run_job": {"time_limit": 1800},
    "jobs.tasks.sweep": {"time_limit": 1800},
    "jobs.tasks.drain": {"time_limit": 120},
}
# What a worker took others cannot do; those that collect take a whole batch (config/celery.py).
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Sent by REMAP_SIGTERM=SIGQUIT: what is being done may end, then the rest goes back to the queue.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = float(env.integer("WORKER_DRAIN_LIMIT_S", 30, least=0))
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
EVENTS_FOLD_AFTER_MS = env.integer("EVENTS_FOLD_AFTER_MS", 1000, least=0)
EVENT_FOLDER = "proctoring.services.due_folds.leave_to_workers"
CELERY_BEAT_SCHEDULE = {
    "events": {
        "task": "proctoring.tasks.fold_events",
        "schedule": 1.0,
        "options": {"queue": "folds", "expires": 5},
    },
    "sweep": {"task": "jobs.tasks.sweep", "schedule": 5.0},
    "webhooks": {
        "task": "jobs.tasks.drain",
        "schedule": 5.0,
        "args": ["webhooks.deliver"],
        "options": {"queue": "webhooks", "expires": 5},
    },
    "forget": {"task": "accounts.tasks.forget_expired", "schedule": 3600.0},
    "forget-jobs": {"task": "jobs.tasks.forget_done", "schedule": 3600.0},
    "purge": {"task": "privacy.tasks.order_purges", "schedule": 3600.0},
}
JOB_WAKER = "jobs.tasks.wake"
WEBHOOK_ALLOW_LOOPBACK = False

S3 = {
    "bucket": env.required("S3_BUCKET"),
    "endpoint_url": env.required("S3_ENDPOINT_URL"),
    "region_name": env.required("S3_REGION"),
    "access_key": env.secret("S3_ACCESS_KEY"),
    "secret_key": env.secret("S3_SECRET_KEY"),
}
STORAGES = {
    "default": backends.s3_storage(location="files", **S3),
    "evidence": backends.s3_storage(location="evidence", **S3),
    "reports": backends.s3_storage(location="reports", **S3),
    "recordings": backends.s3_storage(location="recordings", **S3),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
BUCKET_ORIGIN = backends.origin_of(S3["endpoint_url"])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"media-src": ["'self'", "blob:", BUCKET_ORIGIN]}
}
RECORDING_PLACES = "proctoring.recording_places.AtTheBucket"
WHITENOISE_USE_FINDERS = False

EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret_or("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = backends.mail_backend(EMAIL_HOST)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Invigil <no-reply@localhost>")
MAIL_NOTE = ""

PROXY_COUNT = env.integer("PROXY_COUNT", 1, least=0)
# TLS ends at a proxy that must set this header itself and drop the visitor's own.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.boolean("HSTS_PRELOAD", False)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
MESSAGE_STORAGE = "config.message_cookie.HostCookieStorage"

LOGGING = LOGGING | {
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
