"""The embedded profile: one process, SQLite, nothing installed beside pip packages.

`production.py` replaces whole dictionaries of this file; code never asks which profile runs.
"""

from datetime import timedelta
from pathlib import Path

import django
from django.utils.translation import gettext_lazy

from config import env, providers
from config.settings.operating import *

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
MODELS_DIR = Path(env.text("MODELS_DIR", str(VAR_DIR / "models")))
PRESETS_DIR = Path(env.text("PRESETS_DIR", str(VAR_DIR / "presets")))

SECRET_KEY = env.text("SECRET_KEY", "embedded-only-this-key-is-refused-in-production")
SECRET_KEY_FALLBACKS: list[str] = []
# What seals small secrets in the database, the newest first; without one SECRET_KEY does it.
FIELD_KEYS = env.secret_words("FIELD_KEYS")
# Where such secrets rest, for `manage.py rotate_keys`.
SEALED_COLUMNS = [
    "accounts.api.idempotency.SEALED",
    "accounts.second_factor.SEALED",
    "proctoring.sealing.SEALED",
    "proctoring.services.id_cards.SEALED",
    "proctoring.services.session_keys.SEALED",
    "webhooks.secrets.SEALED",
]
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
PORT = env.integer("PORT", 8000)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://localhost:{PORT}")

INSTALLED_APPS = [
    # Its pages are there only where PLATFORM_ADMIN is set; ours alone are registered.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "channels",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "accounts",
    "jobs",
    "webhooks",
    "exams",
    "proctoring",
    "reports",
    "privacy",
    "config",
]

MIDDLEWARE = [
    "config.operations.requests.RequestFigures",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.BrowserHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.RequestIdMiddleware",
    "accounts.middleware.ApiSlashMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.idle.IdleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.TenantMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", Path(django.__file__).parent / "contrib" / "admin" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.membership",
                "webhooks.context_processors.webhooks",
            ],
            "loaders": ["django.template.loaders.filesystem.Loader"],
            "builtins": [
                "django.templatetags.i18n",
                "config.templatetags.vite",
                "config.templatetags.formats",
                "config.templatetags.recordings",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "invigil.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            # Writers queue for the lock instead of failing when a reader becomes a writer.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    },
}
# Which connections the threads of a web process share, and how many.
DATABASE_POOLS: dict[str, dict[str, int]] = {}
# How long a worker's process keeps each of its connections.
DATABASE_KEPT_S: dict[str, int] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "default",
        # Django's 300 would let one visitor push out everybody's tickets, camera checks and failed tries.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "frames": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "frames",
        "TIMEOUT": 30,
        "OPTIONS": {"MAX_ENTRIES": 4000},
    },
}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": 1000},
    },
}

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "evidence"},
    },
    "reports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "reports"},
    },
    "recordings": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "recordings"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://localhost/"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ROUTES = {
    "proctoring.tasks.analyse_audio": {"queue": "audio"},
    "proctoring.tasks.inspect_frame": {"queue": "inspect"},
    "proctoring.tasks.compare_card": {"queue": "inspect"},
    # Frames of exams wait for neither programs nor storage.
    "proctoring.tasks.measure_frame": {"queue": "programs"},
    "proctoring.tasks.practise_frame": {"queue": "programs"},
    "proctoring.tasks.keep_evidence": {"queue": "evidence"},
    "proctoring.tasks.fold_events": {"queue": "folds"},
    "proctoring.tasks.*": {"queue": "frames"},
    "jobs.tasks.drain": {"queue": "webhooks"},
    "jobs.tasks.*": {"queue": "jobs"},
}
CELERY_TIMEZONE = "UTC"
# By how much workers stand back behind web processes that share their machine.
WORKER_NICENESS = env.integer("WORKER_NICENESS", 10, least=0)

# Work that must not be lost is a row of jobs.Job; a kind names the function that does it.
JOB_KINDS = {
    "proctoring.expire": "proctoring.jobs.expire",
    "proctoring.alert": "proctoring.jobs.alert",
    "proctoring.end_break": "proctoring.jobs.end_break",
    "proctoring.finalise": "proctoring.jobs.finalise",
    "proctoring.note_move": "proctoring.jobs.note_move",
    "proctoring.forget_face": "proctoring.jobs.forget_face",
    "proctoring.forget_card": "proctoring.jobs.forget_card",
    "proctoring.store_file": "proctoring.jobs.store_file",
    "proctoring.drop_file": "proctoring.jobs.drop_file",
    "recordings.join": "proctoring.jobs.join_recordings",
    "recordings.tidy": "proctoring.jobs.tidy_recordings",
    "privacy.purge": "privacy.jobs.purge",
    "privacy.copy": "privacy.request_jobs.make_copy",
    "privacy.erase": "privacy.request_jobs.erase",
    "privacy.forget_copy": "privacy.request_jobs.forget_copy",
    "reports.render": "reports.jobs.render",
    "reports.export": "reports.jobs.export",
    "reports.forget_export": "reports.jobs.forget_export",
    "webhooks.deliver": "webhooks.jobs.deliver",
}
# Kinds that wait for strangers' machines have threads of their own, of which nobody gets more than a share.
JOB_POOLS: dict[str, dict[str, int]] = {
    "webhooks.deliver": {
        "threads": 32,
        "of_an_institution": 8,
        "of_a_group": 4,
        # Renewed while a delivery lasts. A kill is no fault of the message, so many of them are borne.
        "lease_s": 30,
        "most_tries": 100,
    },
}
JOB_WAKER = "jobs.scheduler.wake"
PERIODIC = [
    ("jobs.services.sweep", 5),
    ("proctoring.services.due_folds.fold_due", 5),
    ("accounts.tasks.forget_expired", 3600),
    ("jobs.tasks.forget_done", 3600),
    ("privacy.tasks.order_purges", 3600),
]

# Each answers the institution that a request belongs to, or None; the first answer counts.
TENANT_RESOLVERS = [
    "accounts.api.callers.institution_of_caller",
    "exams.seats.institution_of_visitor",
    "accounts.services.institution_of_member",
]

# Where webhooks may go beside the public internet: networks of one's own, and, while building, this machine.
WEBHOOK_PORTS = [int(port) for port in env.words("WEBHOOK_PORTS", ("443", "8443"))]
WEBHOOK_NETWORKS = env.words("WEBHOOK_NETWORKS")
WEBHOOK_ALLOW_LOOPBACK = env.boolean("WEBHOOK_ALLOW_LOOPBACK", False)
WEBHOOK_LIMIT_S = 15.0
# Ten tries in about three days: what stands here lies between them.
WEBHOOK_RETRIES_S: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
# Where a person reads more about what an event or an entry of the audit log names.
SUBJECT_PAGES = {"exam": "/exams/{}/", "session": "/sessions/{}/"}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# How many proxies of ours stand before us and each append the address they saw to X-Forwarded-For.
PROXY_COUNT = env.integer("PROXY_COUNT", 0, least=0)
# Wrong passwords for one person from one address; a right one forgets them.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "accounts.guessing.address_of"
# Trying on while one has to wait does not make the wait longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["username", "email", "ip_address", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# We answer in our own words, where a middleware would answer in axes's.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "accounts.allauth_adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Asked for by mail when somebody registers; whoever does not answer works all the same.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# How long ago somebody must have shown who they are before their ways in may be changed.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {
    "reset_password": "accounts.allauth_forms.ResetPassword",
    "reset_password_from_key": "accounts.allauth_forms.ResetPasswordKey",
    "change_password": "accounts.allauth_forms.ChangePassword",
    "set_password": "accounts.allauth_forms.SetPassword",
    "reauthenticate": "accounts.allauth_forms.Reauthenticate",
}
MFA_ADAPTER = "accounts.second_factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# An account begins with an institution or an invitation, not with a mail that was answered.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Invigil"
MFA_TOTP_TOLERANCE = 1
# A whole institution may come from one address in the morning.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.allauth_forms.Authenticate",
    "reauthenticate": "accounts.allauth_forms.ReauthenticateByCode",
    "add_webauthn": "accounts.passkey_forms.AddPasskey",
    "authenticate_webauthn": "accounts.passkey_forms.AuthenticatePasskey",
    "login_webauthn": "accounts.passkey_forms.LoginPasskey",
    "reauthenticate_webauthn": "accounts.passkey_forms.ReauthenticatePasskey",
    "activate_totp": "accounts.allauth_forms.ActivateTotp",
    "deactivate_totp": "accounts.allauth_forms.DeactivateTotp",
    "generate_recovery_codes": "accounts.allauth_forms.GenerateRecoveryCodes",
}
SOCIALACCOUNT_ADAPTER = "accounts.outer_accounts.OuterAdapter"
# A link, not a form: the content security policy would refuse the way to the provider as a form's target.
# What connects an account needs a ticket and the password beside.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": providers.oidc_apps(env.words("OIDC_PROVIDERS")),
    },
}
PASSWORD_RESET_TIMEOUT = 4 * 3600
# The embedded profile writes mails to files: nobody's mail server is asked.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
MAIL_NOTE = gettext_lazy("This server sends no mail: it writes each one to a file in the folder var/mail.")
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "exams:list"
LOGOUT_REDIRECT_URL = "accounts:login"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.HeaderAuthentication",
        "accounts.api.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.authentication.MayDoIt"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttling.PerCaller"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsing.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "accounts.api.errors.answer_error",
    "URL_FORMAT_OVERRIDE": None,
}
# By what a caller shows: a person's token or cookie, a program's key, or nothing but an address.
API_REQUESTS_A_MINUTE = {
    "user": env.integer("API_REQUESTS_A_MINUTE_USER", 1200),
    "api_key": env.integer("API_REQUESTS_A_MINUTE_KEY", 3000),
    "address": env.integer("API_REQUESTS_A_MINUTE_ADDRESS", 120),
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "USER_ID_CLAIM": "sub",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Invigil",
    "VERSION": "1",
    "DESCRIPTION": "Exams, candidates, sessions, flags and reports. Every refusal is a Problem.",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # What PATCH takes is described by itself.
    "COMPONENT_SPLIT_PATCH": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.roles.Role.choices",
        "SessionState": "exams.states.SessionState.choices",
        "RecordingMode": "exams.models.RecordingMode.choices",
        "RecordingSource": "proctoring.models.Source.choices",
        "ExportState": "reports.models.ExportState.choices",
        "HoldScope": "exams.models.HoldScope.choices",
        "SubjectRequestKind": "privacy.models.RequestKind.choices",
        "ReviewState": "proctoring.models.ReviewState.choices",
    },
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
# So long may nothing be done in a browser until it is signed out; 12 hours are the most that matters.
SESSION_IDLE_MINUTES = env.integer("SESSION_IDLE_MINUTES", 60, least=1)
# What of a browser's session stays when it is signed out for that: a candidate's seat.
SESSION_KEYS_KEPT = ["seats", "_session_expiry"]
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}

LANGUAGE_CODE = "en-gb"
# A language joins when locale/ holds its catalogue (docs/translating.md); a reader's browser chooses.
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[tuple[str, Path]] = [("dist", BASE_DIR / "frontend" / "dist")]
WHITENOISE_USE_FINDERS = True
VITE_MANIFEST = BASE_DIR / "frontend" / "dist" / ".vite" / "manifest.json"

FRAME_INTERVAL_MS = 1000
# Whose frame is looked at next.
FRAME_TURNS = "proctoring.frame_turns.AtOnce"
# What browsers report is committed for many candidates at once: how long the first waits for the others, and
# how many messages one transaction takes.
EVENTS_WAIT_MS = env.integer("EVENTS_WAIT_MS", 25, least=1)
EVENTS_AT_ONCE = env.integer("EVENTS_AT_ONCE", 200, least=1)
# How long events wait until they are folded, with those of the same candidate that come meanwhile; and what
# is called when events were committed, in the thread that did it.
EVENTS_FOLD_AFTER_MS = 0
EVENT_FOLDER = "proctoring.services.due_folds.fold_at_once"
# How a thread's messages reach the channel layer.
LIVE_SENDER = "proctoring.live_sending.ThroughALoop"
# Names what gives the object that looks at frames.
FRAME_OBSERVER = "proctoring.analysing.shared_pipeline"
# Names what gives the object that turns faces into numbers.
FACE_EMBEDDER = "proctoring.identifying.shared_embeddings"
# Names what gives the object that finds irises, or None where it cannot run.
IRIS_DETECTOR = "proctoring.frame_measuring.shared_irises"
# Names what gives the object that tells voice from other sound, or None where it cannot run.
VOICE_DETECTOR = "proctoring.hearing.shared_voice"
# Names what gives the object that tells voices apart, or None where the full set is not installed.
SPEAKER_ENCODER = "proctoring.hearing.shared_speakers"
# How many candidates' windows of sound are heard at once, and how long the first of them waits for the
# others: a room sends the next second only when this one was heard, so the wait is far below a second.
AUDIO_BATCH_SIZE = env.integer("AUDIO_BATCH_SIZE", 8, least=1)
AUDIO_BATCH_WAIT_MS = env.integer("AUDIO_BATCH_WAIT_MS", 200, least=1)
# The class that finds things and people; `objects_ultralytics.UltralyticsObjects` beside it uses a GPU.
OBJECT_DETECTOR = env.text("OBJECT_DETECTOR", "analysis.detectors.objects.OpenVinoObjects")
# How many frames the slow look takes at once, and how long the first of them waits for the others: on a
# processor a batch is no faster, on a GPU it is.
INSPECT_BATCH_SIZE = env.integer("INSPECT_BATCH_SIZE", 1, least=1)
INSPECT_BATCH_WAIT_MS = env.integer("INSPECT_BATCH_WAIT_MS", 200, least=1)
# What looks at a frame every few seconds, by the exam's setting that switches it on.
INSPECTORS: dict[str, str] = {
    "watch_objects": "proctoring.inspecting_objects.objects",
    "watch_identity": "proctoring.inspecting_identity.identity",
}

# Live video goes from browser to browser, over our TURN servers where it finds no other way; these share
# TURN_SECRET with us (coturn: use-auth-secret), and what they are shown ends by itself.
TURN_URLS = env.words("TURN_URLS")
TURN_SECRET = env.secret_or("TURN_SECRET", "")
TURN_LIFE_S = env.integer("TURN_LIFE_S", 4 * 3600, least=60)
# Neither side then learns the other's address.
LIVE_VIDEO_RELAY_ONLY = env.boolean("LIVE_VIDEO_RELAY_ONLY", False)

# Video comes in pieces of this length, each playable alone.
RECORDING_PIECE_MS = env.integer("RECORDING_PIECE_MS", 10_000, least=1000)
# Where browsers put pieces of video and fetch them: `AtTheBucket` beside it signs addresses of the bucket.
RECORDING_PLACES = "proctoring.recording_places.AtThisServer"
