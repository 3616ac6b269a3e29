"""Template tags that draw."""

from django import template

register = template.Library()
