"""Lists as spreadsheets save them, and each way in which they are wrong."""

import pytest

from exams import roster
from exams.roster import Problem, read_roster
from exams.services import CandidateDetails

ADA = CandidateDetails(external_id="1", name="Ada Löw", email="ada@example.com")
BOB = CandidateDetails(external_id="2", name="Bob", email="")
TEXT = "external_id,name,email\r\n1,Ada Löw,ada@example.com\r\n2,Bob,\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("latin-1"),
        TEXT.encode("cp1252"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        b"External ID , NAME,Email\n 1 , Ada L\xc3\xb6w ,ADA@example.com\n\n,,\n2,Bob\n",
        "email;name;external_id\nada@example.com;Ada Löw;1\n;Bob;2".encode(),
        'external_id,name,email,room\n"1","Ada Löw",ada@example.com,A\n2,Bob,,B\n'.encode(),
    ],
    ids=[
        "utf-8",
        "byte order mark",
        "utf-16 little",
        "utf-16 big",
        "latin-1",
        "cp1252",
        "semicolons",
        "tabs",
        "unix lines",
        "old mac lines",
        "spaces, capitals, empty lines, short rows",
        "columns in another order",
        "a column nobody asked for",
    ],
)
def test_a_list_is_read_however_it_was_saved(content: bytes) -> None:
    assert read_roster(content) == roster.Roster(rows=(ADA, BOB))


def test_the_template_is_a_list() -> None:
    assert read_roster(roster.TEMPLATE.encode()).problems == ()


def test_a_windows_quote_survives() -> None:
    read = read_roster("external_id,name\n1,O’Neill".encode("cp1252"))
    assert read.rows == (CandidateDetails(external_id="1", name="O’Neill"),)


def test_a_name_may_hold_a_comma_a_quote_and_a_line() -> None:
    read = read_roster(b'external_id,name\n1,"Low, ""Ada""\nII"\n2,\n')
    assert read.problems == (Problem(4, "The name is missing."),)


HEADER = "external_id,name,email\n"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", None, "The list is empty."),
        (b" \n \n", None, "The list is empty."),
        (b"\xff\xfe", None, "The list is empty."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None, "This is not a CSV file."),
        (b"PK\x03\x04\0\0\0\0", None, "This is not a CSV file."),
        (b"1,Ada\n2,Bob\n", 1, "missing: external_id, name."),
        (b"\nname,email\nAda,\n", 2, "missing: external_id."),
        (b"external_id,name,name\n1,a,b\n", 1, "The column name is there twice."),
        (HEADER.encode(), None, "There is a header but no candidate below it."),
        ((HEADER + "1,Ada,\n,Bob,\n").encode(), 3, "The external_id is missing."),
        ((HEADER + "1,,\n").encode(), 2, "The name is missing."),
        ((HEADER + "1,Ada,ada at example\n").encode(), 2, "“ada at example” is not an email address."),
        ((HEADER + "1,Low, Ada,a@example.com\n").encode(), 2, "4 cells, but the header has 3 columns."),
        ((HEADER + f"{'1' * 101},Ada,\n").encode(), 2, "The external_id is longer than 100 characters."),
        ((HEADER + f"1,{'A' * 201},\n").encode(), 2, "The name is longer than 200 characters."),
        ((HEADER + "1,Ada,\n2,Bob,\n1,Eve,\n").encode(), 4, "“1” is already in line 2."),
        ((HEADER + "9,Zoe,\n").encode(), 2, "“9” is already a candidate of this exam."),
        ((HEADER + '1,"Ada,\n2,Bob,\n').encode(), 2, "The quotation marks of this line do not match."),
        ((HEADER + '1,"Ada"x,\n').encode(), 2, "The quotation marks of this line do not match."),
        (b"x" * (2 * 1024 * 1024 + 1), None, "at most 2 MB"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(content: bytes, line: int | None, words: str) -> None:
    read = read_roster(content, seated={"9"})
    assert read.rows == ()
    assert read.problems[0].line == line
    assert words in read.problems[0].message


def test_every_wrong_line_is_listed() -> None:
    read = read_roster((HEADER + "1,,x\n,Bob,\n3,Eve,\n").encode())
    assert read.problems == (
        Problem(2, "The name is missing."),
        Problem(2, "“x” is not an email address."),
        Problem(3, "The external_id is missing."),
    )


@pytest.mark.parametrize(("count", "fits"), [(5000, True), (5001, False)])
def test_at_most_five_thousand(count: int, fits: bool) -> None:
    read = read_roster((HEADER + "".join(f"{number},Name,\n" for number in range(count))).encode())
    assert len(read.rows) == (count if fits else 0)
    assert read.problems == (() if fits else (Problem(5002, "More than 5000 candidates: split the list."),))
