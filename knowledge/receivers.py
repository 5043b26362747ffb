"""The signals of the app below. No I/O."""

from typing import Any

from django.dispatch import receiver

from knowledge.models import ArticleImage
from tickets.models import Customer, StoredFile, User
from tickets.signals import file_asked


@receiver(file_asked)
def say_who_reads_images(file: StoredFile, reader: User | Customer, **_kwargs: Any) -> bool:
    """Whoever reads an article that shows it."""
    return ArticleImage.objects.readable_by(reader).filter(file=file).exists()
