"""Makes Logto what a site declares it has to be: ``manage.py logto_setup``."""
