"""Articles. Comes with its own issue; the app holds the place in the layers."""
