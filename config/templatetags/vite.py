"""`{% vite_asset entry %}`: the script, style and preload tags of one front-end entry."""

import json
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class FrontEndMissing(Exception):
    """The front end has not been built: run `make run` or `make front-end`."""


@lru_cache(maxsize=1)
def _manifest(modified_ns: int) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(settings.VITE_MANIFEST.read_text())
    return manifest


def _chunk(entry: str) -> dict[str, Any]:
    try:
        modified_ns = settings.VITE_MANIFEST.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise FrontEndMissing(f"{settings.VITE_MANIFEST} is missing: run `make front-end`") from error
    chunk: dict[str, Any] = _manifest(modified_ns)[entry]
    return chunk


def _styles(entry: str, seen: set[str]) -> list[str]:
    if entry in seen:
        return []
    seen.add(entry)
    chunk = _chunk(entry)
    files = [style for imported in chunk.get("imports", []) for style in _styles(imported, seen)]
    return files + list(chunk.get("css", []))


@register.simple_tag
def vite_asset(entry: str) -> SafeString:
    styles = dict.fromkeys(_styles(entry, set()))
    links = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(f"dist/{style}"),) for style in styles)
    )
    script = format_html('<script type="module" src="{}"></script>', static(f"dist/{_chunk(entry)['file']}"))
    return mark_safe(f"{links}\n{script}")  # noqa: S308 - both halves are built by format_html
