"""Small things that several pages of this domain share."""

import io

import segno
from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from weft_site.people.services import PrintedCard


def qr(text: str) -> SafeString:
    """A QR code as an inline SVG drawing, sized by the style sheet."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        buffer, kind="svg", xmldecl=False, svgns=False, omitsize=True, svgclass=None, lineclass=None, border=2
    )
    return mark_safe(buffer.getvalue().decode())  # noqa: S308 - segno writes numbers only, never the text


def printed(request: HttpRequest, card: PrintedCard) -> dict[str, object]:
    """A card as its template shows it: the QR code leads to the sign-in page with the number, not the words."""
    address = request.build_absolute_uri(f"/card/?n={card.number}")
    return {
        "name": card.name,
        "number": f"{card.number[:4]}\u00a0{card.number[4:]}",
        "words": card.words,
        "address": request.build_absolute_uri("/card/"),
        "qr": qr(address),
    }


def invitation_card(request: HttpRequest, code: str) -> dict[str, object]:
    """An invitation as a link, a QR code and words to type; people/invitation_sheet.html prints several."""
    return {
        "code": code,
        "link": request.build_absolute_uri(f"/join/{code}/"),
        "address": request.build_absolute_uri("/join/code/"),
        "qr": qr(request.build_absolute_uri(f"/join/{code}/")),
    }


def local_path(text: str) -> str:
    """A path on this site to go on to, or "" for anything else."""
    return text if text.startswith("/") and get_adapter().is_safe_url(text) else ""
