"""What is tested, and with what."""
