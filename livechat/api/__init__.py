"""External systems and the widget."""
