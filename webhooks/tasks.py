"""Celery's part: nothing is kept longer than was promised."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from webhooks import services

KEPT = timedelta(days=30)


@shared_task
def forget_old() -> int:
    return services.forget_old(before=timezone.now() - KEPT)
