import pytest
from django.core.management import CommandError, call_command

from config.management.commands.web import _listen
from config.serving import server_config
from proctoring.protocol import HEADER_BYTES, MAX_PAYLOAD_BYTES


def test_a_frame_and_its_head_fit_and_nothing_is_unpacked_or_believed() -> None:
    config = server_config(timeout_graceful_shutdown=5)
    assert HEADER_BYTES + MAX_PAYLOAD_BYTES < config.ws_max_size == 307_200
    assert config.ws_per_message_deflate is False
    assert config.proxy_headers is False
    assert config.access_log is False
    assert config.timeout_graceful_shutdown == 5


def test_several_processes_share_a_port() -> None:
    with _listen("127.0.0.1", 0) as first, _listen("127.0.0.1", first.getsockname()[1]) as second:
        assert first.getsockname() == second.getsockname()


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(CommandError, match=r"203\.0\.113\.1, port 8000: Cannot assign requested address"):
        call_command("web", host="203.0.113.1")
