"""S3 by OpenStack Swift: a production object store that checks signatures, on one device with one replica."""

import getpass
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

from tests.services.process import Program, ServiceFailed, accepts_connections, free_port, started

REGION = "us-east-1"
ACCESS_KEY = "test:tester"
SECRET_KEY = "testing"
BUCKET = "invigil-test"
PARTITION_POWER = 4
STORES = ("account", "container", "object")
MODULES = {"account": "swift.account.server", "container": "swift.container.server"}
PIPELINE = (
    "catch_errors gatekeeper healthcheck cache listing_formats bulk tempurl s3api tempauth copy slo dlo"
    " versioned_writes symlink proxy-server"
)
CONFIGURED_APART = frozenset({"cache", "s3api", "tempauth", "proxy-server"})


@dataclass(frozen=True, slots=True)
class S3Server:
    endpoint_url: str
    bucket: str = BUCKET
    region: str = REGION
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY


@dataclass(frozen=True, slots=True)
class RunningS3:
    """`proxy` is what answers at the address; without it S3 is away and keeps everything."""

    server: S3Server
    port: int
    proxy: Program


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """An S3 server with one empty bucket, on free ports of 127.0.0.1."""
    with running_s3() as running:
        yield running.server


@contextmanager
def running_s3() -> Iterator[RunningS3]:
    """As `s3_server`; its front can be stopped and started again."""
    with tempfile.TemporaryDirectory(prefix="invigil-s3-") as name, ExitStack() as stack:
        folder = Path(name)
        ports = {store: free_port() for store in STORES}
        _write_configuration(folder, ports)
        for store in STORES:
            module = MODULES.get(store, "swift.obj.server")
            stack.enter_context(started(_program(folder, store, module, ports[store])))
        port = free_port()
        _write_proxy(folder, port)
        proxy = stack.enter_context(started(_program(folder, "proxy", "swift.proxy.server", port)))
        server = S3Server(endpoint_url=f"http://127.0.0.1:{port}")
        _create_bucket(server)
        yield RunningS3(server, port, proxy)


def _program(folder: Path, name: str, module: str, port: int) -> Program:
    start = f"import sys; from {module} import main; sys.exit(main())"
    return Program(
        f"Swift's {name} server",
        [sys.executable, "-W", "ignore", "-c", start, str(folder / f"{name}.conf")],
        folder / f"{name}.log",
        ready=lambda _: accepts_connections(port),
    )


def _write_configuration(folder: Path, ports: dict[str, int]) -> None:
    (folder / "devices" / "sda").mkdir(parents=True)
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_prefix = invigil\nswift_hash_path_suffix = test\n"
    )
    for store, port in ports.items():
        _build_ring(folder, store, port)
        (folder / f"{store}.conf").write_text(
            _server_section(folder, port)
            + f"devices = {folder / 'devices'}\nmount_check = false\n"
            + f"[pipeline:main]\npipeline = {store}-server\n"
            + f"[app:{store}-server]\nuse = egg:swift#{store}\nfallocate_reserve = 0\n"
        )


def _server_section(folder: Path, port: int) -> str:
    return (
        "[DEFAULT]\nbind_ip = 127.0.0.1\n"
        f"bind_port = {port}\nworkers = 0\nuser = {getpass.getuser()}\nswift_dir = {folder}\n"
        f"log_address = {folder / 'no-syslog'}\nlog_level = ERROR\n"
    )


def _write_proxy(folder: Path, port: int) -> None:
    filters = "".join(
        f"[filter:{name}]\nuse = egg:swift#{name}\n"
        for name in PIPELINE.split()
        if name not in CONFIGURED_APART
    )
    (folder / "proxy.conf").write_text(
        _server_section(folder, port)
        + "cors_allow_origin = *\n"
        + f"[pipeline:main]\npipeline = {PIPELINE}\n"
        + "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
        + filters
        + "[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:1\n"
        + f"[filter:s3api]\nuse = egg:swift#s3api\nlocation = {REGION}\ncors_preflight_allow_origin = *\n"
        + "[filter:tempauth]\nuse = egg:swift#tempauth\n"
        + f"user_{ACCESS_KEY.replace(':', '_')} = {SECRET_KEY} .admin\n"
    )


def _build_ring(folder: Path, store: str, port: int) -> None:
    builder = str(folder / f"{store}.builder")
    for words in (
        ("create", str(PARTITION_POWER), "1", "0"),
        ("add", f"r1z1-127.0.0.1:{port}/sda", "1"),
        ("rebalance",),
    ):
        command = [sys.executable, "-W", "ignore", "-m", "swift.cli.ringbuilder", builder, *words]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise ServiceFailed(f"swift-ring-builder {words[0]} failed:\n{made.stdout}{made.stderr}")


def _create_bucket(server: S3Server) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        config=Config(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
        ),
    )
    client.create_bucket(Bucket=server.bucket)
    client.close()
