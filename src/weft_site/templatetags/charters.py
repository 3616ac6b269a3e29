"""Template tags for charters: an article's heading, a clause's sentence, in the reader's language."""

from django import template
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.filter
def heading(article) -> str:
    return article.heading(gettext)


@register.filter
def sentence(clause) -> str:
    """The clause without its doubts, which the template shows beside it."""
    return clause.text(gettext, ngettext, doubts=False)


@register.filter
def doubts(clause) -> list[str]:
    """What a reader must know before taking the figures of a clause for facts."""
    whole = clause.text(gettext, ngettext)
    plain = clause.text(gettext, ngettext, doubts=False)
    rest = whole[len(plain) :].strip()
    return [rest] if rest else []
