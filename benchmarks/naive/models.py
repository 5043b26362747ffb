"""One row for each message."""

from django.db import models


class Message(models.Model):
    """A line of a chat."""

    chat = models.CharField(max_length=100, db_index=True)
    author = models.CharField(max_length=20)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.body
