"""What a browser's console says that nobody wants to read there."""

ANSWERED = "Failed to load resource: the server responded with a status of "
# The site refuses, or says that Logto failed; an error of its own is another.
REFUSED = tuple(f"{ANSWERED}{status}" for status in ("4", "502", "504"))


def complaints_of(context, *, refusals=True):
    """Return a list that fills with the errors in the console of every page.

    ``refusals`` are answers with a status of `REFUSED`; leave them out where the test
    asks for them.
    """
    complaints = []

    def listen(message):
        if message.type != "error":
            return
        if refusals or not message.text.startswith(REFUSED):
            complaints.append(f"{message.text} {message.location}")

    context.on("console", listen)
    context.on("weberror", lambda problem: complaints.append(str(problem.error)))
    return complaints
