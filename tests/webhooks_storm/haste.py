"""Short waits, so that a storm of days takes minutes."""

WEBHOOK_ALLOW_LOOPBACK = True
WEBHOOK_LIMIT_S = 2
WEBHOOK_RETRIES_S = (0.1, 0.2, 0.4, 0.8, *[1.0] * 36)
