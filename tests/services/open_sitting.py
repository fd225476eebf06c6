"""Run beside real web processes: a running sitting and a ticket for each end of its live video, as JSON."""

import json
import sys


def main() -> int:
    import django

    django.setup()
    from accounts.services import register_institution
    from accounts.tenancy import tenant_scope
    from tests.proctoring.fakes import member_ticket, seat_ticket
    from tests.proctoring.sittings import make_sitting

    owner = register_institution(name="North", email="alice@north.example", password="correct horse battery")
    with tenant_scope(owner.institution_id):
        session = make_sitting(minutes_ago=0)
        tickets = {
            "seat": seat_ticket(session),
            "member": member_ticket(owner.user_id, owner.institution_id),
        }
    print(json.dumps({"session": str(session.id), **tickets}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
