"""A site to visit: pages with forms, htmx and a strict Content Security Policy."""
