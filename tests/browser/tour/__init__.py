"""A walk through every page of the demo site, of the package and of the simulator."""
