"""The production profile on 127.0.0.1: no TLS stands before it, and webhooks may go to this machine."""

from config import env
from config.settings.production import *  # noqa: F403
from config.settings.production import FACE_EMBEDDER as EMBEDDER
from config.settings.production import FRAME_OBSERVER as OBSERVER

SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "sessionid"
CSRF_COOKIE_NAME = "csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_COOKIE_SECURE = False
PROXY_COUNT = env.integer("PROXY_COUNT", 0, least=0)
WEBHOOK_ALLOW_LOOPBACK = True

# A fault or a load may need frames that say by themselves what is in them.
FRAME_OBSERVER = env.text("FRAME_OBSERVER", OBSERVER)
FACE_EMBEDDER = env.text("FACE_EMBEDDER", EMBEDDER)
