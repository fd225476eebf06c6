"""The embedded profile in haste."""

from config.settings.base import *  # noqa: F403
from tests.webhooks_storm.haste import *  # noqa: F403
