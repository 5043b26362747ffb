"""What the apps above may want to know. Sent inside the transaction; receivers do no I/O."""

from django.dispatch import Signal

#: A setting of this app was saved. Argument: `setting`, the row.
configuration_changed = Signal()
#: A setting of this app is to be switched off. Argument: `setting`. Receivers answer with a list of
#: sentences, for the administrator, of what would be stranded: then it stays on.
setting_retiring = Signal()
#: A setting of this app is switched off. Argument: `setting`. Receivers answer with a list of
#: sentences, for the administrator, of what it leaves behind.
setting_retired = Signal()
#: A ticket was opened, changed, settled or spoken on. Arguments: `ticket`, `change` (the code of
#: its activity), `by`, the user, or None, and `fields`, the names of those that were changed.
ticket_changed = Signal()
#: Somebody wants to read a file. Arguments: `file`, `reader` (a user or a customer). Receivers
#: answer whether he may, at this moment. What nobody answers for, and no ticket has, is not there.
file_asked = Signal()
