"""The door for programs, and for pages that fetch by themselves."""
