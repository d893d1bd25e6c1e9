"""The English words of the tables of keys; what each key does, the package says."""

HEAD = ["key", "required", "default", "what it does"]
YES = "yes"
YES_OR_ISSUER = "yes, or `issuer`"
NO = "no"
NONE = "none"
NAME_OF_THE_TABLE = "is the table's name"
AS_IN_LOGTO = "as it is in Logto"
FACTORY = '`"%s"`, which makes it a connector of this kind.'
FROM_ENVIRONMENT = 'Only as `{ env = "NAME" }`.'
STORES_NO_TOKENS = "Nothing but `false`: Logto stores no tokens of this connector."


def told(text: str) -> str:
    """Return what the package says of a key."""
    return text
