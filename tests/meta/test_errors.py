"""Every error has its own stable code, and the docs know it."""

import re

from logto_auth import errors


def error_classes():
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.LogtoError)
    ]


def test_codes_are_unique():
    codes = [error.code for error in error_classes()]
    assert len(codes) == len(set(codes))


def test_the_tree_in_the_docstring_names_every_class_and_code():
    drawn = dict(re.findall(r"[├└]── (\w+) +(\w+_\w+)$", errors.__doc__, re.M))
    leaves = {
        error.__name__: error.code
        for error in error_classes()
        if error.__name__ in errors.__doc__ and error.__name__ in drawn
    }
    assert leaves == drawn
    for error in error_classes():
        assert error.__name__ in errors.__doc__


def test_what_the_visitor_reads_is_translatable():
    for error in error_classes():
        assert not isinstance(error.title, str)
        assert not isinstance(error.message, str)
