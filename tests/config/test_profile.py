"""What each profile is made of does its work; run on the embedded parts and on the real services alike."""

from uuid import uuid4

import pytest
from channels.layers import get_channel_layer
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import storages


async def test_the_channel_layer_reaches_a_group() -> None:
    layer = get_channel_layer()
    assert layer is not None
    group = f"group-{uuid4().hex}"
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    await layer.group_send(group, {"type": "console.hint", "t": 1})
    assert await layer.receive(channel) == {"type": "console.hint", "t": 1}
    await layer.group_discard(group, channel)


def test_frames_keep_their_bytes_apart_from_the_other_cache() -> None:
    key = uuid4().hex
    caches["frames"].set(key, b"\xff\xd8bytes", timeout=30)
    assert caches["frames"].get(key) == b"\xff\xd8bytes"
    assert caches["default"].get(key) is None
    assert caches["frames"].delete(key) is True
    assert caches["frames"].get(key) is None


@pytest.mark.parametrize("alias", ["default", "evidence", "recordings", "reports"])
def test_files_are_stored_under_their_alias_and_never_overwritten(alias: str) -> None:
    storage = storages[alias]
    name = f"{uuid4().hex}/picture.jpg"
    first = storage.save(name, ContentFile(b"first"))
    second = storage.save(name, ContentFile(b"second"))
    try:
        assert first == name
        assert second != first
        with storage.open(first) as file:
            assert file.read() == b"first"
        assert storage.size(second) == 6
        others = {"default", "evidence", "recordings", "reports"} - {alias}
        assert [other for other in others if storages[other].exists(first)] == []
    finally:
        storage.delete(first)
        storage.delete(second)
    assert not storage.exists(first)
