import re
from collections.abc import Iterator

from omnicapi import errors
from omnicapi.errors import OmniCapiError, PermanentError, Refused


def descendants(class_: type[Exception]) -> Iterator[type[Exception]]:
    for child in class_.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from descendants(child)


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn: dict[str, str] = {}
    path: list[str] = []
    for indent, name in re.findall(r"^ {4}([│├└─ ]*)([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE):
        path[len(indent) // 4 :] = [name]
        drawn[name] = path[-2] if len(path) > 1 else "Exception"
    classes: list[type[Exception]] = [OmniCapiError, *descendants(OmniCapiError)]
    real = {class_.__name__: class_.__bases__[0].__name__ for class_ in classes}
    assert drawn == real


def test_every_error_lies_on_exactly_one_of_the_three_branches() -> None:
    branches = OmniCapiError.__subclasses__()
    assert {branch.__name__ for branch in branches} == {"PermanentError", "TransientError", "ConfigurationError"}
    for class_ in descendants(OmniCapiError):
        assert sum(issubclass(class_, branch) for branch in branches) == 1


def test_a_refusal_carries_its_code_its_field_and_its_text() -> None:
    refusal = Refused("no_identifier", "Add an e-mail address or a phone.", "user_data")
    assert (refusal.reason, refusal.field, str(refusal)) == (
        "no_identifier",
        "user_data",
        "Add an e-mail address or a phone.",
    )
    assert isinstance(refusal, PermanentError)
    assert Refused("x", "y").field is None
