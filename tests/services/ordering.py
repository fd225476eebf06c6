"""Run beside a real worker: three institutions' candidates send something, one of them what is broken."""

import json
import uuid
from collections.abc import Callable


def order_for_three(sent: dict[str, bytes], order: Callable[[str, bytes], uuid.UUID]) -> int:
    """`order` is called in a scope of each name's institution; prints whose session is which as JSON."""
    from accounts.services import register_institution
    from accounts.tenancy import tenant_scope

    sessions = {}
    for name, content in sent.items():
        owner = register_institution(
            name=name,
            email=f"{name}@example.com",
            password="correct horse battery",
        )
        with tenant_scope(owner.institution_id):
            sessions[name] = str(order(name, content))
    print(json.dumps(sessions))
    return 0
