"""Causes of a set-up that cannot be: what is declared, against what is in Logto."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .cause import APPLICATION, CONNECTORS, Cause

CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "declaration_invalid": {
        "": Cause(
            _(
                "The file that says what Logto has to be like has values that are "
                "missing or wrong; nothing was sent."
            ),
            _("Correct all of them: each is named, with what is expected."),
        ),
    },
    "setup_refused": {
        "": Cause(
            _("The set-up was not made."),
            _("Run manage.py logto_setup again."),
        ),
        "no_credentials": Cause(
            _("Nothing was changed: there are no credentials."),
            _(
                "Do by hand what is above; or set M2M_APP_ID and M2M_APP_SECRET, and "
                "run the command again."
            ),
        ),
        "no_declaration": Cause(
            _("Nothing was changed: there is no declaration, so all is undeclared."),
            _("Say --file PATH, or leave --prune out."),
        ),
        "nobody_there": Cause(
            _("Nothing was changed: nobody is here to agree."),
            _("Say --yes."),
        ),
        "not_agreed": Cause(
            _("Nothing was changed."),
            _("Change the declaration, and run the command again."),
        ),
        "no_plain_file": Cause(
            _("What is to be written is a link, or no file."),
            _("Name another path."),
        ),
        "not_written": Cause(
            _("Logto is set up, but ids and secrets could not be written."),
            _("Run the command again with another path for --write-env."),
        ),
    },
    "setup_impossible": {
        "": Cause(
            _("What is declared does not go with what is in Logto."),
            _("Change the declaration, or Logto."),
        ),
        "no_application": Cause(
            _('Logto has no application with the id in LOGTO["APP_ID"].'),
            _(
                "Compare APP_ID and ENDPOINT with the application in Logto's Console; "
                "or leave APP_ID out, and one is created."
            ),
            APPLICATION,
        ),
        "application_type": Cause(
            _('The application in LOGTO["APP_ID"] is no Traditional web application.'),
            _("Use one of that type: Logto cannot change the type of another."),
            APPLICATION,
        ),
        "several_applications": Cause(
            _("Several applications in Logto return visitors to this site."),
            _('Set LOGTO["APP_ID"] to the one that is meant.'),
            APPLICATION,
        ),
        "connector_factory": Cause(
            _("The target that is declared is one of another kind of connector."),
            _(
                "Declare the connector with the factory that it has in Logto, or "
                "choose another target."
            ),
            CONNECTORS,
        ),
    },
}
