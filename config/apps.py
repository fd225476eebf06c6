from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers the deploy checks
        from config.postgres import checks as postgres_checks  # noqa: F401
