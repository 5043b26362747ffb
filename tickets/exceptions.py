"""Refusals of the tickets app."""


class TicketError(Exception):
    """The domain says no. `code` is for machines, the text for people."""

    code = "ticket_error"


class ThrottledError(TicketError):
    """Too many attempts; again in `wait` seconds."""

    code = "rate_limited"

    def __init__(self, wait: int) -> None:
        super().__init__(f"Too many attempts. Try again in {wait} s.")
        self.wait = wait
