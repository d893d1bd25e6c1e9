"""The Django edge: views, what they share, and what they put on requests."""
