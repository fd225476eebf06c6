"""Socket addresses."""

from django.urls import URLPattern

socket_patterns: list[URLPattern] = []
