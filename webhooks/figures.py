"""What became of messages to other systems, counted for operators: never to which."""

from prometheus_client import Counter, Histogram

TRIES = Counter("invigil_webhook_tries", "Tries to deliver a webhook, by what came of it.", ["outcome"])
TRY_SECONDS = Histogram(
    "invigil_webhook_try_seconds",
    "How long a receiver took to answer.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0),
)
