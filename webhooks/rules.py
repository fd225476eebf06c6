"""The rules for addresses, from the installation's settings."""

import ipaddress

from django.conf import settings

from webhooks.addresses import Rules


def current_rules() -> Rules:
    return Rules(
        ports=frozenset(settings.WEBHOOK_PORTS),
        networks=tuple(ipaddress.ip_network(text) for text in settings.WEBHOOK_NETWORKS),
        allow_loopback=settings.WEBHOOK_ALLOW_LOOPBACK,
    )
