"""What the app above may want to know. Sent inside the transaction; receivers do no I/O."""

from django.dispatch import Signal

#: An article was published, changed for its readers, or retired. Argument: `article`.
article_changed = Signal()
