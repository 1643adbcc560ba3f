"""What sandboxed JavaScript is: ECMAScript 5.1 with const, let and arrow functions, and less than that (SBX, STD)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import esprima

_NODE_TYPES = """
    Program ExpressionStatement BlockStatement EmptyStatement ReturnStatement IfStatement SwitchStatement SwitchCase
    ForStatement ForInStatement WhileStatement DoWhileStatement BreakStatement ContinueStatement
    VariableDeclaration VariableDeclarator FunctionDeclaration FunctionExpression ArrowFunctionExpression
    AssignmentExpression BinaryExpression LogicalExpression UnaryExpression UpdateExpression ConditionalExpression
    CallExpression MemberExpression SequenceExpression ArrayExpression ObjectExpression Property Identifier Literal
"""

_METHODS = """
    concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort
    splice toString unshift charAt match replace search split substring toLowerCase toLocaleLowerCase toUpperCase
    toLocaleUpperCase trim hasOwnProperty then catch
"""

ALLOWED = frozenset(_NODE_TYPES.split())
"""Node types of the parser that the sandbox understands. All others are newer, or taken out: try, throw, new, this."""

METHODS = frozenset(_METHODS.split())
"""Methods that values have: those of the standard library, and a promise's."""

APIS = frozenset({"JSON", "Math", "Object", "Promise"})
"""APIs that are objects with methods of their own."""

GLOBALS = frozenset({"require", "data", "undefined"})


Node = dict[str, Any]


def violations(code: str) -> list[str]:
    """Say what the sandbox would not take, each with its line; the code is the body of a function.

    Raises ``esprima.Error`` where the parser, which knows JavaScript of 2017, does not understand it at all.
    """
    nodes = list(_nodes(_parsed(code)))
    declared = {name for node in nodes for name in _declared(node)}
    return [
        f"line {node['loc']['start']['line']}: {what}" for node in nodes for what in _wrong(node, declared | GLOBALS)
    ]


def required(code: str) -> set[str]:
    """Return the names of the APIs that the code requires."""
    return {node["arguments"][0]["value"] for node in _nodes(_parsed(code)) if _is_call_of(node, "require")}


def _parsed(code: str) -> Node:
    parsed: Node = esprima.toDict(esprima.parseScript(f"(function () {{{code}\n}})", {"loc": True}))
    return parsed


def _declared(node: Node) -> Iterator[str]:
    if node["type"] in {"VariableDeclarator", "FunctionDeclaration"}:
        yield node["id"].get("name", "")
    for parameter in node.get("params", []):
        yield parameter.get("name", "")


def _wrong(node: Node, known: set[str] | frozenset[str]) -> Iterator[str]:
    if node["type"] not in ALLOWED:
        yield f"{node['type']} is not part of sandboxed JavaScript"
    if node.get("async"):
        yield "an async function"
    if "regex" in node:
        yield "a regular expression literal"
    if not _is_whole(node.get("value")):
        yield "half a surrogate pair in a text"
    if node["type"] == "Property" and (
        node["computed"] or node["shorthand"] or node["method"] or node["kind"] != "init"
    ):
        yield "an object literal newer than ECMAScript 5.1"
    if _is_call_of(node, "require") and node["arguments"][0]["type"] != "Literal":
        yield "require() of something that is not a literal"
    if method := _foreign_method(node):
        yield f"the method {method} is not in the standard library"
    yield from (f"the global {name} does not exist in the sandbox" for name in _read(node) if name not in known)


def _is_whole(value: Any) -> bool:
    """Tell whether a text can be UTF-8, as code is on its way to the container."""
    try:
        str(value).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return False
    return True


def _foreign_method(node: Node) -> str | None:
    """Return the method that is called on a value and that no value has; those of the APIs are theirs to say."""
    callee = node["callee"] if node["type"] == "CallExpression" else {}
    if "property" not in callee or callee["computed"] or callee["object"].get("name") in {*APIS, "data"}:
        return None
    name = str(callee["property"]["name"])
    return None if name in METHODS else name


def _read(node: Node) -> Iterator[str]:
    """Yield the names that a node reads: not those of properties, parameters and declarations."""
    for key, child in _children(node):
        is_name = key in {"property", "key"} and not node["computed"]
        if child["type"] == "Identifier" and not is_name and key not in {"id", "params", "label"}:
            yield child["name"]


def _is_call_of(node: Node, name: str) -> bool:
    return bool(node["type"] == "CallExpression" and node["callee"].get("name") == name)


def _nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for _, child in _children(tree):
        yield from _nodes(child)


def _children(node: Node) -> Iterator[tuple[str, Node]]:
    for key, value in node.items():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict) and "type" in child:
                yield key, child
