"""Views by page."""
