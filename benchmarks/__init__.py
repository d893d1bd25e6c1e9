"""What this package costs a site, as ratios of two sides that one run has measured."""
