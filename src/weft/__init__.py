"""The rules of council democracy: no Django, no network, no clock, no hidden chance."""
