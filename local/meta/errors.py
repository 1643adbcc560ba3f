"""Graph API errors: the answers other than 200, and the bodies Meta gives them (meta-capi.md §1.4, §9.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.meta.complaints import Complaint
from local.meta.rules.model import Found


@dataclass(frozen=True, slots=True)
class GraphError:
    """An error answer. What is None is left out of the body, as Meta leaves it out."""

    status: int
    code: int
    message: str
    subcode: int | None = None
    type: str = "OAuthException"
    is_transient: bool | None = None
    user_title: str | None = None
    user_msg: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, fbtrace_id: str) -> dict[str, dict[str, Any]]:
        """Give the JSON object of the answer, its keys in Meta's order."""
        error = {
            "message": self.message,
            "type": self.type,
            "code": self.code,
            "error_subcode": self.subcode,
            "is_transient": self.is_transient,
            "error_user_title": self.user_title,
            "error_user_msg": self.user_msg,
            "fbtrace_id": fbtrace_id,
        }
        return {"error": {key: value for key, value in error.items() if value is not None}}


def refusal(complaint: Complaint, found: Found, locale: str, event_index: int | None = None) -> GraphError:
    """Word the 400 for a broken rule in `locale`: code 100, with a JSON path where the complaint's text has one."""
    if complaint.subcode is None:
        return GraphError(400, 100, found.detail)
    param = json_path("data", *(() if event_index is None else (event_index,)), *found.path)
    name = found.path[-1] if found.path else "data"
    text = complaint.texts[locale].format(param=param, name=name, detail=found.detail)
    return GraphError(
        400,
        100,
        "Invalid parameter",
        complaint.subcode,
        is_transient=False,
        user_title=complaint.titles[locale],
        user_msg=text,
    )


def json_path(*keys: str | int) -> str:
    """Write a path as Meta does: `$['data'][0]['event_name']`."""
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f"['{key}']" for key in keys)
