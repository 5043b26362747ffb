"""What the apps above may want to know. Sent inside the transaction; receivers do no I/O."""

from django.dispatch import Signal

#: A setting of this app was saved. Argument: `setting`, the row.
configuration_changed = Signal()
