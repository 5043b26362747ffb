"""Pages of articles for staff: read, written, looked at, published."""
