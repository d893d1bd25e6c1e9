"""A small site whose pages are for members: an example of tests with Logto."""
