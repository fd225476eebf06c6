"""The certificate of an erasure on paper."""

from django.utils.translation import gettext as _

from privacy.certificates import canonical, sha256_of
from privacy.kind_words import in_words
from privacy.models import SubjectRequest
from reports.pdf.certificate import Section, certificate_pdf


def as_json(request: SubjectRequest) -> bytes:
    """The very bytes whose hash stands in the audit log."""
    assert request.certificate is not None
    return canonical(request.certificate)


def as_pdf(request: SubjectRequest) -> bytes:
    told = request.certificate
    assert told is not None
    facts = Section(
        _("What was erased"),
        (
            (_("Subject"), told["subject"]),
            (_("Asked for"), told["asked_at"]),
            (_("Erased"), told["erased_at"]),
            (_("Keys destroyed"), str(told["keys_destroyed"])),
            (_("Files deleted"), str(told["files_deleted"])),
            (_("SHA-256 over all files’ hashes"), told["files_sha256"]),
        ),
    )
    deleted = Section(
        _("Deleted, by kind"), tuple((kind, str(count)) for kind, count in in_words(told["deleted"]))
    )
    stays = Section(_("What stays, and why"), tuple((one["what"], one["why"]) for one in told["stays"]))
    proof = Section(
        _("Proof"),
        (
            (_("Request"), told["request"]),
            (_("SHA-256 of this certificate as JSON"), sha256_of(told)),
            (_("Where it stands as well"), _("In the institution’s audit log, as “subject_request.erased”.")),
        ),
    )
    return certificate_pdf(
        title=_("Certificate of erasure"),
        author="Invigil",
        lead=_(
            "What was held about this subject was deleted. The keys of sealed pictures were destroyed first, "
            "so copies of them can be read by nobody."
        ),
        sections=[facts, deleted, stays, proof],
    )
