"""Where what was done is told on the next page: a signed cookie, gone as soon as it was shown.

In the session it would be told to whichever window of the same person loads next.
"""

from django.contrib.messages.storage.cookie import CookieStorage


class HostCookieStorage(CookieStorage):
    """Bound to this host and to TLS by its name."""

    cookie_name = "__Host-messages"
