"""What people do, from end to end, in real browsers against real servers."""
