"""From verified claims to a local user: the only writer of users."""
