"""A task that ends with its worker alone."""

import threading

from celery import shared_task
from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


@shared_task
def wait() -> None:
    logger.info("began to wait")
    threading.Event().wait()
