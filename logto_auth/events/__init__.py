"""What Logto tells this site by itself: sessions that end, users that change."""
