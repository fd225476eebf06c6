"""Run beside a stack: makes the demonstration institution and says who may sign in."""

import sys


def main() -> int:
    import django

    django.setup()
    from config.demo import ensure_demo

    demo = ensure_demo()
    print(f"Examiner   {demo.email}  password {demo.password}")
    print(f"Candidate  {demo.join_link}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
