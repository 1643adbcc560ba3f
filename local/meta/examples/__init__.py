"""For each event rule, an event that just passes and one that is refused for that rule and no other.

They are the table of cases that other checks of server events can be held against.
"""

from local.meta.examples.cases import Example, examples

__all__ = ["Example", "examples"]
