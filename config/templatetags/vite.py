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


def _needed(entry: str, seen: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The chunks that an entry imports at once and itself, each after what it imports."""
    if entry not in seen:
        for imported in _chunk(entry).get("imports", []):
            _needed(imported, seen)
        seen[entry] = _chunk(entry)
    return seen


@register.simple_tag
def vite_asset(entry: str) -> SafeString:
    *imports, own = _needed(entry, {}).values()
    styles = dict.fromkeys(style for chunk in (*imports, own) for style in chunk.get("css", []))
    links = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(f"dist/{style}"),) for style in styles)
    )
    # By the address that the script itself imports, which is never the one that a storage makes of it; known
    # at once, so that a slow line is not asked again and again.
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}dist/{}">',
        ((settings.STATIC_URL, chunk["file"]) for chunk in imports),
    )
    script = format_html('<script type="module" src="{}"></script>', static(f"dist/{own['file']}"))
    return mark_safe(f"{links}\n{preloads}\n{script}")  # noqa: S308 - each part is built by format_html
