"""What stands for a mail server where none is set up."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.errors import Unavailable


class NoMail(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> Any:
        raise Unavailable(
            "mail_missing", "This server sends no mail. Ask an owner of your institution, or whoever runs it."
        )
