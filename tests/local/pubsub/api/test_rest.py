"""Publishing over HTTP: as the gRPC API does it, with Google's answers."""

import base64
from typing import Any

import pytest
import urllib3
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient, PubsubMessage
from google.pubsub_v1.services.publisher.transports.rest import PublisherRestTransport

from local.pubsub import Control, EmbeddedPubSub, TopicFaults
from tests.local.pubsub.bench import Bench


def publish(broker: EmbeddedPubSub, topic: str, body: Any) -> tuple[int, dict[str, Any]]:
    url = f"{broker.control_url}/v1/{topic}:publish"
    kind = {"body": body} if isinstance(body, bytes) else {"json": body}
    response = urllib3.request("POST", url, **kind, retries=False)
    answer: dict[str, Any] = response.json()
    return response.status, answer


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_what_is_published_arrives_byte_for_byte(broker: EmbeddedPubSub, own: Bench) -> None:
    topic = own.topic()
    subscription = own.subscription(topic)
    data = "Größe 你好 👩‍👩‍👧\x00".encode()
    message = {"data": encoded(data), "attributes": {"schema": "sgtm-event/1", "name": "Größe"}, "orderingKey": "k"}
    status, answer = publish(broker, topic, {"messages": [message]})
    (received,) = own.pull(subscription)
    assert (status, answer) == (200, {"messageIds": [received.message.message_id]})
    assert received.message.data == data
    assert dict(received.message.attributes) == message["attributes"]
    assert received.message.ordering_key == "k"


def test_each_message_gets_an_id_in_order(broker: EmbeddedPubSub, own: Bench) -> None:
    topic = own.topic()
    _, answer = publish(broker, topic, {"messages": [{"data": encoded(b"%d" % number)} for number in range(3)]})
    assert answer["messageIds"] == sorted(set(answer["messageIds"]))
    assert len(answer["messageIds"]) == 3


def test_googles_own_rest_client_understands_it(broker: EmbeddedPubSub, own: Bench) -> None:
    topic = own.topic()
    transport = PublisherRestTransport(
        host=broker.control_url,
        url_scheme="http",
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
    )
    answer = PublisherClient(transport=transport).publish(topic=topic, messages=[PubsubMessage(data=b"x")])
    assert len(answer.message_ids) == 1


def test_nearly_10_mb_are_accepted(broker: EmbeddedPubSub, own: Bench) -> None:
    assert publish(broker, own.topic(), {"messages": [{"data": encoded(b"x" * 9_999_900)}]})[0] == 200


def test_an_unknown_topic_is_404(broker: EmbeddedPubSub, own: Bench) -> None:
    status, answer = publish(broker, f"{own.project}/topics/nowhere", {"messages": [{"data": encoded(b"x")}]})
    assert status == 404
    assert answer["error"]["code"] == 404
    assert answer["error"]["status"] == "NOT_FOUND"
    assert "topics/nowhere" in answer["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b"{}",
        {"messages": []},
        {"messages": [{}]},
        {"messages": [{"data": "*"}]},
        {"messages": [{"data": "eA==", "attributes": {"count": 1}}]},
        {"messages": [{"data": "eA==", "attribute": {}}]},
        {"messages": [{"data": "eA==", "attributes": {"k": "v" * 1025}}]},
        b'{"messages": [{"attributes": {"k": "\\ud83d"}}]}',
        b'{"messages": ' + b"[" * 100_000,
    ],
    ids=["no JSON", "a list", "nothing", "no message", "empty message", "bad base64", "a number as attribute",
         "unknown key", "a long attribute", "half a character", "endless nesting"],
)  # fmt: skip
def test_what_pubsub_would_refuse_is_400(broker: EmbeddedPubSub, own: Bench, body: Any) -> None:
    status, answer = publish(broker, own.topic(), body)
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_a_topic_that_is_told_to_refuse_is_503(broker: EmbeddedPubSub, own: Bench, control: Control) -> None:
    topic = own.topic()
    control.set_topic_faults(topic, TopicFaults(unavailable_count=1))
    body = {"messages": [{"data": encoded(b"x")}]}
    status, answer = publish(broker, topic, body)
    assert (status, answer["error"]["status"]) == (503, "UNAVAILABLE")
    assert publish(broker, topic, body)[0] == 200
