"""The production profile in haste: what a dead worker held is free as much sooner as an answer is due."""

from config.settings.production import *  # noqa: F403
from config.settings.production import JOB_POOLS as POOLS
from tests.webhooks_storm.haste import *  # noqa: F403

JOB_POOLS = {"webhooks.deliver": POOLS["webhooks.deliver"] | {"lease_s": 8}}
