"""Causes of what the Management API refuses; the reasons are Logto's own codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .cause import CONNECTORS, MACHINE_ROLES, MACHINE_SECRETS, MESSAGE_CONNECTORS, Cause

_CHECK_MACHINE = _(
    "Compare M2M_APP_ID and M2M_APP_SECRET with the machine-to-machine application in "
    "Logto's Console."
)
_GIVE_ROLE = _(
    'Give the machine-to-machine application the role "Logto Management API access", '
    "or another that has the permission all of the Management API."
)
_READ_AGAIN = _(
    "Somebody may have deleted it meanwhile. Run the command again: it reads what is "
    "there first."
)
_NO_MACHINE = Cause(
    _("The application in M2M_APP_ID is no machine-to-machine application."),
    _(
        "Create one of that type; the application that signs visitors in cannot be "
        "used."
    ),
    MACHINE_SECRETS,
)

CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "management_credentials_missing": {
        "": Cause(
            _(
                "What was asked for needs Logto's Management API, and this site has no "
                "machine-to-machine application for it."
            ),
            _(
                "Create a machine-to-machine application in Logto's Console, give it "
                'the role "Logto Management API access", and set M2M_APP_ID and '
                "M2M_APP_SECRET."
            ),
            MACHINE_ROLES,
        ),
    },
    "management_access_denied": {
        "": Cause(
            _("Logto does not let this application use its Management API."),
            _CHECK_MACHINE,
            MACHINE_SECRETS,
        ),
        "auth.forbidden": Cause(
            _("The token of the machine-to-machine application lacks a permission."),
            _GIVE_ROLE,
            MACHINE_ROLES,
        ),
        "unknown_application": Cause(
            _("Logto knows no application with the id in M2M_APP_ID."),
            _CHECK_MACHINE,
            MACHINE_SECRETS,
        ),
        "invalid_client": Cause(
            _("M2M_APP_SECRET is not a secret of the application in M2M_APP_ID."),
            _CHECK_MACHINE,
            MACHINE_SECRETS,
        ),
        "invalid_target": Cause(
            _("Logto has no Management API with this indicator."),
            _(
                "For Logto Cloud with a domain of your own, set M2M_RESOURCE to "
                "https://<tenant id>.logto.app/api; else leave it out."
            ),
        ),
        "unauthorized_client": _NO_MACHINE,
        "invalid_request": _NO_MACHINE,
    },
    "management_entity_not_found": {
        "": Cause(_("Logto has no such object."), _READ_AGAIN),
        "status_404": Cause(
            _("This Logto has no such function: it may be an older version."),
            _("Update Logto, or do this step in its Console."),
        ),
    },
    "management_request_invalid": {
        "": Cause(
            _("Logto does not take a value that was sent; it is named above."),
            _("Correct the value, and run the command again."),
        ),
        "connector.invalid_config": Cause(
            _("Logto does not take the configuration of a connector."),
            _("Correct the value that is named above, and run the command again."),
            CONNECTORS,
        ),
        "connector.should_specify_target": Cause(
            _("A standard connector needs a target of its own."),
            _("Name its table in the declaration as its target is to be called."),
        ),
        "sign_in_experiences.enabled_connector_not_found": Cause(
            _("People are to prove an address, and nothing sends the codes for it."),
            _("Create a connector that does."),
            MESSAGE_CONNECTORS,
        ),
        "connector.can_not_modify_target": Cause(
            _("The target of a connector cannot be changed."),
            _("Declare a new connector, and delete the old one with --prune."),
            CONNECTORS,
        ),
        "connector.cannot_overwrite_metadata_for_non_standard_connector": Cause(
            _("Name and logo of this connector are Logto's, and cannot be changed."),
            _("Take name and logo out of the declaration."),
        ),
    },
    "management_request_refused": {
        "": Cause(
            _("What was asked for does not go with what is in Logto."),
            _("Logto's code says what it is about. Change the declaration, or Logto."),
        ),
        "connector.multiple_instances_not_supported": Cause(
            _("There can be one connector of this kind only, and there is one."),
            _("Change that one: declare it with the same target."),
            CONNECTORS,
        ),
        "connector.multiple_target_with_same_platform": Cause(
            _("There is another connector with this target."),
            _("Choose another target, or delete the other connector."),
            CONNECTORS,
        ),
        "connector.token_storage_not_supported": Cause(
            _("Logto cannot keep the tokens of this provider."),
            _("Take store_tokens out of the declaration."),
        ),
        "connector.not_found_with_connector_id": Cause(
            _("This Logto has no connector factory with that id."),
            _("Correct factory in the declaration, or update Logto."),
        ),
        "request.feature_not_supported": Cause(
            _("This Logto lacks a feature, such as its Secret Vault for tokens."),
            _(
                "Set SECRET_VAULT_KEK where Logto runs, or take store_tokens out of "
                "the declaration."
            ),
        ),
        "entity.unique_integrity_violation": Cause(
            _("There is another object with the same id or name."),
            _("Choose another id in the declaration, or leave it out."),
        ),
        "hook.send_test_payload_failed": Cause(
            _("Logto could not deliver a webhook to this site."),
            _(
                "The site's address has to be one that Logto reaches: not localhost, "
                "where Logto runs elsewhere."
            ),
        ),
    },
}
