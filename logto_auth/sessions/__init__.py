"""What one browser holds: sign-in attempts, its Logto session, its tokens."""
