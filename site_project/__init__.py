"""A thin site that signs people in with Logto: the demo, and an example to copy."""
