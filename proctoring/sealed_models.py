"""What keeps pictures of a sitting unreadable without its key, and safe on their way to storage."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.tenancy import TenantModel
from exams.models import Session


class SessionKey(TenantModel):
    """The key of one sitting's pictures, itself sealed; without it they are noise, wherever a copy lies.

    Personal data: none; the key is deleted with the pictures, the row with the session. `destroyed_at` says
    when it went, and no other is ever made for the sitting.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="sealing_key")
    key_id = models.CharField(max_length=32, blank=True)
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    destroyed_at = models.DateTimeField(null=True)


class WaitingFile(TenantModel):
    """A sealed picture that is still to be put into storage, where nobody else has a copy of it.

    Personal data: a face or a screen, sealed; deleted in the moment in which storage has it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="waiting_files")
    storage_key = models.CharField(max_length=300)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "storage_key"], name="waiting_file_once"),
        ]
