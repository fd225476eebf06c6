"""What docker/ says about the program is true: its queues, commands, addresses, variables and images."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import get_commands

from config.operations.door import Operations

DOCKER = Path(__file__).resolve().parents[2] / "docker"
KUBERNETES = sorted((DOCKER / "kubernetes").rglob("*.yaml"))
# Celery's own, for tasks that no route names.
QUEUES = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {"celery"}
# Names that compose's own files or other programs read, and no setting of ours.
OF_OTHERS = {"SITE_HOST", "S3_HOST", "ACME_EMAIL", "REMAP_SIGTERM"}


def _compose() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yml").read_text())
    return composed


def _manifests(kind: str) -> dict[str, dict[str, Any]]:
    found = [one for path in KUBERNETES for one in yaml.safe_load_all(path.read_text())]
    return {one["metadata"]["name"]: one for one in found if one.get("kind") == kind}


def _container(manifest: dict[str, Any]) -> dict[str, Any]:
    (container,) = manifest["spec"]["template"]["spec"]["containers"]
    return dict(container)


def _queues(command: list[str]) -> list[str]:
    return command[command.index("--queues") + 1].split(",") if "--queues" in command else []


def _image_commands() -> list[list[str]]:
    lines = re.findall(r"^(?:CMD|ENTRYPOINT) (\[.*\])$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    return [yaml.safe_load(line) for line in lines]


def _commands() -> Iterator[list[str]]:
    yield from _image_commands()
    yield from (service["command"] for service in _compose()["services"].values() if service.get("command"))
    for kind in ("Deployment", "Job"):
        yield from (_container(one)["command"] for one in _manifests(kind).values())


def test_each_queue_has_one_worker_in_compose_and_one_in_kubernetes() -> None:
    composed = [queue for one in _compose()["services"].values() for queue in _queues(one.get("command", []))]
    deployed = {name: _queues(_container(one)["command"]) for name, one in _manifests("Deployment").items()}
    assert deployed.pop("invigil-looks-gpu") == ["inspect"]
    assert Counter(composed) == Counter(QUEUES)
    assert Counter(queue for queues in deployed.values() for queue in queues) == Counter(QUEUES)


def test_what_waits_in_a_queue_starts_its_own_worker() -> None:
    broker = settings.CELERY_BROKER_URL
    deployed = _manifests("Deployment")
    scaled = _manifests("ScaledObject")
    for name, one in scaled.items():
        target = one["spec"]["scaleTargetRef"]["name"]
        lists = [trigger["metadata"]["listName"] for trigger in one["spec"]["triggers"]]
        assert name == target
        assert lists == _queues(_container(deployed[target])["command"])
        assert {trigger["metadata"]["databaseIndex"] for trigger in one["spec"]["triggers"]} == {"3"}
    assert set(scaled) == set(deployed) - {"invigil-web", "invigil-beat", "invigil-looks-gpu"}
    assert broker.endswith("/3") or broker.startswith("memory:")


def test_there_is_one_beat_and_never_two() -> None:
    beat = _manifests("Deployment")["invigil-beat"]["spec"]
    assert (beat["replicas"], beat["strategy"]) == (1, {"type": "Recreate"})
    beats = [name for name, one in _compose()["services"].items() if "beat" in one.get("command", [])]
    assert beats == ["beat"]
    assert "deploy" not in _compose()["services"]["beat"]


def test_every_command_of_ours_exists() -> None:
    words = [
        part
        for command in _commands()
        for part in shlex.split(" ".join(map(str, command)).replace("&&", ";"))
    ]
    named = {words[place + 1] for place, word in enumerate(words[:-1]) if word.endswith("manage.py")}
    assert named == {"web", "migrate", "check", "bucket"}
    assert named <= set(get_commands())


async def _status(path: str) -> int:
    asked = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
        "http_version": "1.1",
    }
    communicator = ApplicationCommunicator(Operations(get_asgi_application()), asked)
    await communicator.send_input({"type": "http.request"})
    started = await communicator.receive_output(timeout=20)
    return int(started["status"])


async def test_probes_ask_addresses_that_answer() -> None:
    web = _container(_manifests("Deployment")["invigil-web"])
    probes = [web[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")]
    assert probes == ["/health/live", "/health/live", "/health/ready"]
    asked = re.findall(r"127\.0\.0\.1:8000(/[^']*)'", (DOCKER / "Dockerfile").read_text())
    assert asked == ["/health/live"]
    assert await _status("/health/live") == 200


def test_draining_fits_into_the_time_that_a_process_is_given() -> None:
    config = _manifests("ConfigMap")["invigil"]["data"]
    pod = _manifests("Deployment")["invigil-web"]["spec"]["template"]["spec"]
    pause_s = int(
        _container(_manifests("Deployment")["invigil-web"])["lifecycle"]["preStop"]["exec"]["command"][1]
    )
    assert pause_s + int(config["DRAIN_LIMIT_S"]) < pod["terminationGracePeriodSeconds"]


def _variables() -> Iterator[tuple[str, str]]:
    """Where a variable is set, and its name."""
    shared = _compose()["x-invigil"]["environment"]
    yield from (("compose.yml", name) for name in shared)
    yield from (("config.yaml", name) for name in _manifests("ConfigMap")["invigil"]["data"])
    example = (DOCKER / "production.env.example").read_text()
    yield from (
        ("production.env.example", name) for name in re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE)
    )


@pytest.mark.parametrize(("place", "name"), sorted(_variables()))
def test_every_variable_is_one_that_the_settings_read(place: str, name: str) -> None:
    config = DOCKER.parent / "config"
    read = {
        found
        for path in config.rglob("*.py")
        for found in re.findall(r"env\.\w+\(\s*\"([A-Z0-9_]+)\"", path.read_text())
    }
    assert name.removesuffix("_FILE") in read | OF_OTHERS


def test_every_secret_is_made_and_none_is_left_over() -> None:
    made = set(re.findall(r"^keep (\w+) ", (DOCKER / "secrets.sh").read_text(), re.MULTILINE))
    composed = _compose()
    assert {path["file"] for path in composed["secrets"].values()} == {f"secrets/{name}" for name in made}
    assert set(composed["secrets"]) == made
    used = {name for one in composed["services"].values() for name in one.get("secrets", [])}
    assert used == made


def test_images_are_stages_of_the_dockerfile_and_run_as_nobody() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    stages = re.split(r"^FROM .* AS (\S+)$", text, flags=re.MULTILINE)
    by_name = dict(zip(stages[1::2], stages[2::2], strict=True))
    built = {one["build"]["target"] for one in _compose()["services"].values() if "build" in one}
    gpu = yaml.safe_load((DOCKER / "compose.gpu.yml").read_text())["services"]["looks-gpu"]["build"]["target"]
    assert built | {gpu} == {"web", "worker", "gpu-worker"}
    assert all("\nUSER 10001\n" in by_name[target] for target in built | {gpu})
    for manifest in (*_manifests("Deployment").values(), *_manifests("Job").values()):
        pod = manifest["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsUser"] == 10001
        assert _container(manifest)["securityContext"]["readOnlyRootFilesystem"] is True
        assert _container(manifest)["image"].removeprefix("invigil-") in built | {gpu}


def test_only_what_prepares_holds_the_owner_of_the_tables() -> None:
    holders = [
        name for name, one in _compose()["services"].items() if "database_owner_url" in one.get("secrets", [])
    ]
    assert holders == ["prepare"]
    named = {
        name: [source["secretRef"]["name"] for source in _container(one)["envFrom"] if "secretRef" in source]
        for kind in ("Deployment", "Job")
        for name, one in _manifests(kind).items()
    }
    assert named.pop("invigil-prepare") == ["invigil", "invigil-owner"]
    assert set(map(tuple, named.values())) == {("invigil",)}


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/metrics//", "/health/ready", "/health/ready/"])
def test_what_operators_ask_for_is_shut_to_the_world_in_every_spelling(path: str) -> None:
    """A web process takes a slash at the end as well."""
    caddy = (DOCKER / "Caddyfile").read_text()
    shut = re.search(r"@inside path (.+)", caddy)
    assert shut
    assert any(fnmatchcase(path, pattern) for pattern in shut[1].split())
    nginx = re.search(r"location ~ (\S+) \{ return 404; \}", (DOCKER / "kubernetes/web.yaml").read_text())
    assert nginx
    assert re.search(nginx[1], path)
    assert not re.search(nginx[1], "/health/live")
