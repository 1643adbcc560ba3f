"""Lists in pages, as Google's list methods answer them."""

from collections.abc import Iterable

MAX_PAGE = 1000


def page(names: Iterable[str], size: int, token: str) -> tuple[list[str], str]:
    """Give the names after ``token``, in alphabetical order, at most ``size`` (0: as many as allowed), and a token.

    The token is the last name of the page, empty after the last page.
    """
    rest = sorted(name for name in names if name > token)
    shown = rest[: min(size, MAX_PAGE) or MAX_PAGE]
    return shown, shown[-1] if len(rest) > len(shown) else ""
