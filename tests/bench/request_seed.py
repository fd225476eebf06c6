"""Run beside a stack: prints N keys of programs, each with an exam and a running session, as JSON."""

import json
import sys


def main(count: int) -> None:
    import django

    django.setup()
    print(json.dumps(_seeded(count)))


def _seeded(count: int) -> list[dict[str, str]]:
    from accounts import api_keys, services
    from accounts.models import Scope
    from accounts.tenancy import tenant_scope
    from tests.factories import make_exam, make_running_session

    owner = services.register_institution(
        name="North", email="ada@example.com", password="correct horse battery"
    )
    scopes = [Scope.READ, Scope.WRITE, Scope.INTERVENE]
    with tenant_scope(owner.institution_id):
        found = []
        for number in range(count):
            exam = make_exam(title=f"Logic {number}")
            session = make_running_session(exam)
            key = api_keys.create(name=f"client {number}", scopes=scopes).text
            found.append({"key": key, "exam": str(exam.id), "session": str(session.id)})
        return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
