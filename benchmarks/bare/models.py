from django.conf import settings
from django.db import models


class BareVote(models.Model):
    question = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8)

    class Meta:
        app_label = "bare"
        constraints = [models.UniqueConstraint(fields=["question", "person"], name="bare_vote_once")]

    def __str__(self):
        return f"{self.person_id}: {self.choice}"
