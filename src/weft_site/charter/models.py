"""Charter texts, addressed by their hash. Which one is in force where is the federation's to say."""

from django.db import models

__all__ = ["CharterVersion"]


class CharterVersion(models.Model):
    """The exact bytes of one version of a charter; `hash` is their SHA-256 in hex."""

    hash = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()

    def __str__(self):
        return f"{self.title} ({self.hash[:8]})"
