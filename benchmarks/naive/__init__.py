"""The chat of the Channels tutorial, which stores each message before it is acked."""
