"""Every word on a page goes through gettext: pages are read in a language that marks each word that did."""

import re
import zoneinfo
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.urls import reverse

from accounts.tenancy import TenantModel, tenant_scope
from exams.policies import usable_names
from tests.conftest import Person
from tests.tenancy_house import House, furnish
from tests.tenancy_recipes import RECIPES, Audience

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORDS = re.compile(r"[^\W\d_]{2,}")
# Addresses, and names such as flag.raised, which programs read.
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\b[a-z_]+\.[a-z_]+\b")
SHOWN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "aria-description", "data-confirm")
# Code, addresses and what an island reads; a name of a thing that has the same name everywhere.
NOT_READ = ("script", "style", "code", "pre", "kbd", "template", "textarea")
SAME_EVERYWHERE = frozenset(
    {"Invigil", "CSV", "JSON", "PDF", "ZIP", "API", "URL", "UTC", "GMT", "MiB", "kB", "ms", "id", "OpenAPI"}
) | {word for name in zoneinfo.available_timezones() for word in WORDS.findall(name)}
PAGES = sorted(
    name
    for name, recipe in RECIPES.items()
    if recipe.audience in (Audience.EVERYBODY, Audience.LINK, Audience.PERSON)
    or recipe.audience in (Audience.MEMBERS, Audience.MEMBERS_EACH_THEIR_OWN)
)


class Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.skipped: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in NOT_READ or (self.skipped and tag == self.skipped[-1]) or values.get("translate") == "no":
            self.skipped.append(tag)
        if not self.skipped:
            self.texts += [values[name] or "" for name in SHOWN_ATTRIBUTES if name in values]
            if tag == "input" and values.get("type") in ("submit", "button"):
                self.texts.append(values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and tag == self.skipped[-1]:
            self.skipped.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.texts.append(data)


def unmarked(page: str, known: frozenset[str]) -> list[str]:
    reading = Reading()
    reading.feed(page)
    left = []
    marked = "\n".join(reading.texts)
    while MARKED.search(marked):
        marked = MARKED.sub("", marked)
    for text in marked.splitlines():
        words = set(WORDS.findall(ADDRESS.sub("", text))) - SAME_EVERYWHERE - known
        if words:
            left.append(text.strip())
    return left


def _known_words() -> frozenset[str]:
    """What people wrote themselves stays in their language."""
    known = {word for name in usable_names() for word in WORDS.findall(name)}
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField | JSONField) and not field.choices
        ]
        for row in model.objects.values_list(*names):
            known |= set(WORDS.findall(" ".join(map(str, row))))
    return frozenset(known)


@pytest.fixture
def house(alice: Person) -> House:
    with tenant_scope(alice.institution.id):
        return furnish()


def _page(client: Client, name: str, arguments: dict[str, Any]) -> str:
    answer = client.get(reverse(name, kwargs=arguments), follow=True)
    if not answer["Content-Type"].startswith("text/html"):
        return ""
    return str(answer.getvalue().decode())


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_can_be_translated(
    name: str, house: House, alice: Person, marking: None
) -> None:
    recipe = RECIPES[name]
    with tenant_scope(alice.institution.id):
        known = _known_words() | set(WORDS.findall(f"{alice.user.email} {alice.institution.name}"))
    client = Client() if recipe.audience in (Audience.EVERYBODY, Audience.LINK) else alice.client
    assert unmarked(_page(client, name, recipe.arguments(house)), known) == []


def test_words_that_did_not_pass_are_found() -> None:
    page = '<p title="Seen">⟦Hello ⟦you⟧⟧ Ada <b>there</b></p><code>none</code><i translate="no">rule_id</i>'
    assert unmarked(page, frozenset({"Ada"})) == ["Seen", "there"]


FRONT_END = Path(__file__).resolve().parent.parent / "frontend" / "src"
SHOWN = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')
TAG = re.compile(r"<[^>]*>")


def _templates(source: str) -> list[str]:
    """The text of each html`...` of a module; what is put in becomes a sign, and is looked at by itself."""
    found: list[str] = []

    def literal(at: int, is_html: bool) -> int:
        text = ""
        while source[at] != "`":
            if source.startswith("${", at):
                at = code(at + 2)
                text += "¤"
            else:
                step = 2 if source[at] == "\\" else 1
                text += source[at : at + step]
                at += step
        if is_html:
            found.append(text)
        return at + 1

    def code(at: int, *, inside: bool = True) -> int:
        depth = 0
        while at < len(source):
            sign = source[at]
            if sign == "`":
                at = literal(at + 1, source[:at].endswith("html"))
                continue
            if sign in "\"'":
                at = next(i for i in range(at + 1, len(source)) if source[i] in (sign, "\n"))
            elif source.startswith(("//", "/*"), at):
                end = "\n" if source[at + 1] == "/" else "*/"
                at = source.index(end, at + 2) + len(end) - 1
            depth += {"{": 1, "}": -1}.get(sign, 0)
            at += 1
            if inside and depth < 0:
                return at
        return at

    code(0, inside=False)
    return found


def _plain(template: str) -> str:
    """The template's own text: without its tags, but with what a tag says aloud."""
    return " ".join([*SHOWN.findall(template), TAG.sub(" ", template)])


SENTENCE = re.compile(r'"[A-Z][a-z\u2019]* [^"\n]*"')
# Said in this language to developers alone.
NOT_FOR_READERS = re.compile(r"(?:console\.\w+|Error)\($")


def _sentences(source: str) -> list[str]:
    """Sentences that stand in a module and are not given to gettext."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    asked = re.sub(r"n?gettext\(\s*(?:\"(?:[^\"\\\\]|\\\\.)*\",?\s*)+", "", source)
    return [
        found.group()
        for found in SENTENCE.finditer(asked)
        if not NOT_FOR_READERS.search(asked[: found.start()].rstrip())
        and not asked[asked.rfind("\n", 0, found.start()) + 1 : found.start()]
        .lstrip()
        .startswith(("*", "//"))
    ]


def test_words_in_a_template_are_found() -> None:
    source = (
        'const a = html`<p title="Seen">${b ? html`<i>there</i>` : ""} ${gettext("Not this")} &</p>`; // `\n'
    )
    assert [_plain(one).split() for one in _templates(source)] == [["there"], ["Seen", "¤", "¤", "&"]]


def test_sentences_without_gettext_are_found() -> None:
    source = """gettext("One is asked."); ngettext(
      "One %(count)s of", "Many %(count)s of", n); console.warn("Not for readers", e); say("Two is not.")"""
    assert _sentences(source) == ['"Two is not."']


def _islands() -> list[Path]:
    return sorted(path for path in FRONT_END.rglob("*.ts") if not path.name.endswith(".test.ts"))


@pytest.mark.parametrize("path", _islands(), ids=lambda path: str(path.relative_to(FRONT_END)))
def test_no_island_says_words_past_gettext(path: Path) -> None:
    source = path.read_text()
    left = [_plain(template) for template in _templates(source)]
    assert [text for text in left if set(WORDS.findall(text)) - SAME_EVERYWHERE] == []
    assert _sentences(source) == []
