"""A Logto server that lives in the process: see `Simulator`."""
