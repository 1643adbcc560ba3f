"""Metrics, alerts and dashboard speak of log lines and metrics that exist, and none is forgotten."""

import ast
import json
import re
from collections.abc import Iterator

import pytest

from local.services import OPTIONAL
from local.services import SERVICES as RUNNING
from omnicapi.topology import OUTCOMES
from tests.terraform.workspace import ROOT, Deployment

SERVICES = ("ingest", "handle", "forward", "omnicapi")

GRAVE = {"error", "critical", "exception"}
"""Methods of a logger whose lines somebody should hear of."""

OF_GOOGLE = {
    "pubsub.googleapis.com/subscription/delivery_latency_health_score",
    "pubsub.googleapis.com/subscription/num_undelivered_messages",
    "pubsub.googleapis.com/subscription/oldest_unacked_message_age",
    "run.googleapis.com/container/instance_count",
    "run.googleapis.com/request_count",
    "run.googleapis.com/request_latencies",
}
"""Of https://cloud.google.com/monitoring/api/metrics_gcp, those in use."""

USER_METRIC = re.compile(r"user[/_]omnicapi[/_](\w+?)(?:_sum|_count|_bucket)?\b")


def _log_calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield method, text and call of every log call in the services."""
    for service in SERVICES:
        for file in sorted((ROOT / service).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    if isinstance(node.func.value, ast.Name) and node.func.value.id == "log" and texts:
                        yield node.func.attr, str(texts[0]), node


LINES = {text for _, text, _ in _log_calls()}
GRAVE_LINES = {text for method, text, _ in _log_calls() if method in GRAVE}


def _fields() -> set[str]:
    """Return the names of the fields that log lines carry."""
    return {
        keyword.arg
        for service in SERVICES
        for file in (ROOT / service).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "fields"
        for keyword in node.keywords
        if keyword.arg
    }


@pytest.fixture(scope="module")
def filters(deployment: Deployment) -> dict[str, str]:
    """The filter of each log metric."""
    return {metric["name"].removeprefix("omnicapi/"): metric["filter"] for metric in deployment.all("logging_metric")}


@pytest.fixture(scope="module")
def watched(deployment: Deployment) -> dict[str, str]:
    """By title, the log entries of which one is enough for an alert."""
    return {
        policy["display_name"].removeprefix("Omni-CAPI: "): match["filter"]
        for policy in deployment.all("monitoring_alert_policy")
        for condition in policy["conditions"]
        for match in condition["condition_matched_log"]
    }


def _texts(filter_: str) -> set[str]:
    """Return the texts that a filter's jsonPayload.message may equal."""
    found = re.search(r'jsonPayload\.message=(\([^)]*\)|"[^"]*")', filter_)
    return set(re.findall(r'"([^"]*)"', found[1])) if found else set()


def test_every_metric_and_alert_is_of_a_line_that_is_logged(filters: dict[str, str], watched: dict[str, str]) -> None:
    for name, filter_ in (filters | watched).items():
        if name in ("dataset_stopped", "Dataset stopped"):
            stopped = next(call for _, text, call in _log_calls() if text == "dataset stopped")
            assert "event='circuit_open'" in ast.unparse(stopped)
        else:
            assert _texts(filter_), name
            assert _texts(filter_) <= LINES, name


def test_every_grave_line_is_counted_or_alerts(filters: dict[str, str], watched: dict[str, str]) -> None:
    known = {text for filter_ in (*filters.values(), *watched.values()) for text in _texts(filter_)}
    assert GRAVE_LINES
    assert known | {"dataset stopped"} >= GRAVE_LINES


def test_an_alert_on_log_entries_has_what_cloud_monitoring_asks_of_it(complete: Deployment) -> None:
    """One condition, a limit on how often it tells, and a filter of the same entries that the metrics count."""
    on_entries = [
        policy
        for policy in complete.all("monitoring_alert_policy")
        if any(condition["condition_matched_log"] for condition in policy["conditions"])
    ]
    assert len(on_entries) == 10
    ours = {re.split(r" jsonPayload\.", metric["filter"])[0] for metric in complete.all("logging_metric")}
    for policy in on_entries:
        [condition] = policy["conditions"]
        [match] = condition["condition_matched_log"]
        [strategy] = policy["alert_strategy"]
        assert strategy["notification_rate_limit"] == [{"period": "3600s"}]
        assert {re.split(r" jsonPayload\.", match["filter"])[0]} == ours
        assert set(match["label_extractors"].values()) <= {f"EXTRACT(jsonPayload.{name})" for name in _fields()}


def test_no_alert_waits_for_a_log_metric_to_become_known(complete: Deployment) -> None:
    """Cloud Monitoring knows a log metric minutes after it was made; a policy on it is refused in the same apply."""
    for policy in complete.all("monitoring_alert_policy"):
        for condition in policy["conditions"]:
            assert not any(USER_METRIC.search(each["filter"]) for each in condition["condition_threshold"])
            for each in condition["condition_prometheus_query_language"]:
                assert each["disable_metric_validation"] is True


def test_promql_says_of_every_log_metric_which_type_of_resource_it_means(complete: Deployment) -> None:
    """Of a metric that several types write, PromQL finds nothing otherwise."""
    [dashboard] = complete.all("monitoring_dashboard")
    queries = [_query for _query in _alert_queries(complete) if "user_omnicapi" in _query]
    queries += re.findall(r'"prometheusQuery": ?"((?:[^"\\]|\\.)*)"', dashboard["dashboard_json"])
    types = {"cloud_run_revision", "cloud_run_worker_pool", "cloud_run_job"}
    asked = [found for query in queries for found in re.findall(r"user_omnicapi_\w+(\{[^}]*\})?", query)]
    assert {re.sub(r'\\?"', "", each) for each in asked} == {f"{{monitored_resource={type_}}}" for type_ in types}


def test_every_extracted_field_is_logged(deployment: Deployment) -> None:
    known = _fields()
    for metric in deployment.all("logging_metric"):
        extractors = [*metric["label_extractors"].values(), metric["value_extractor"] or ""]
        for name in re.findall(r"jsonPayload\.(\w+)", " ".join(extractors)):
            assert name in known, f"{metric['name']}: {name}"


def _alert_queries(deployment: Deployment) -> Iterator[str]:
    for policy in deployment.all("monitoring_alert_policy"):
        for condition in policy["conditions"]:
            yield from (each["filter"] for each in condition["condition_threshold"])
            yield from (each["query"] for each in condition["condition_prometheus_query_language"])


def test_alerts_and_dashboard_use_the_metrics_there_are_and_all_of_them(
    deployment: Deployment, filters: dict[str, str]
) -> None:
    [dashboard] = deployment.all("monitoring_dashboard")
    used = USER_METRIC.findall(" ".join([*_alert_queries(deployment), dashboard["dashboard_json"]]))
    assert set(used) == filters.keys()
    assert {metric for query in _alert_queries(deployment) for metric in USER_METRIC.findall(query)} == {
        "outcomes_rejected",
        "outcomes_sent",
    }


def test_alerts_watch_every_queue(deployment: Deployment) -> None:
    queries = " ".join(_alert_queries(deployment))
    for subscription in deployment.all("pubsub_subscription"):
        assert f'"{subscription["name"]}"' in queries


def test_alerts_look_at_metrics_of_google_that_exist(complete: Deployment) -> None:
    objectives = {each["name"] for each in complete.all("monitoring_slo")}
    for query in _alert_queries(complete):
        of_google = re.findall(r"(?:pubsub|run)\.googleapis\.com/[\w/]+", query)
        of_objectives = re.findall(r'select_slo_burn_rate\("([^"]+)"', query)
        assert set(of_google) <= OF_GOOGLE
        assert set(of_objectives) <= objectives
        assert of_google or of_objectives or USER_METRIC.search(query), query


def test_every_stage_has_an_objective_of_freshness(complete: Deployment) -> None:
    fed = {each["name"] for each in complete.all("pubsub_subscription") if each["dead_letter_policy"]}
    objectives = " ".join(
        slo["windows_based_sli"][0]["metric_mean_in_range"][0]["time_series"] for slo in complete.all("monitoring_slo")
    )
    assert {name for name in fed if f'subscription_id="{name}"' in objectives} == fed - {f"{OUTCOMES}-bigquery"}


def test_alerts_and_the_budget_reach_everybody_named(complete: Deployment) -> None:
    [email] = complete.all("monitoring_notification_channel")
    [budget] = complete.all("billing_budget")
    told = [each["notification_channels"] for each in complete.all("monitoring_alert_policy")]
    told.append(budget["all_updates_rule"][0]["monitoring_notification_channels"])
    for channels in told:
        assert channels == [email["id"], "projects/my-project/notificationChannels/1234567890"]


def test_every_alert_has_its_page_in_the_runbook(deployment: Deployment) -> None:
    runbook = (ROOT / "docs/operations/alerts.md").read_text(encoding="utf-8")
    titles = {each["display_name"].removeprefix("Omni-CAPI: ") for each in deployment.all("monitoring_alert_policy")}
    assert titles == set(re.findall(r"^## (.+)$", runbook, re.MULTILINE))


def test_the_dashboard_shows_every_service(deployment: Deployment, complete: Deployment) -> None:
    for applied, services in ((deployment, {*RUNNING}), (complete, {*RUNNING, *OPTIONAL})):
        [dashboard] = applied.all("monitoring_dashboard")
        shown = re.findall(r'service_name=~\\"([^"\\]+)\\"', dashboard["dashboard_json"])
        assert len(shown) >= 3
        assert {frozenset(each.split("|")) for each in shown} == {frozenset(services)}


def test_the_dashboard_looks_at_metrics_of_google_that_exist(deployment: Deployment) -> None:
    """PromQL writes a metric's name with other signs, and a distribution's with what is asked of it."""
    [dashboard] = deployment.all("monitoring_dashboard")
    used = set(re.findall(r"\b((?:pubsub|run)_googleapis_com:\w+?)(?:_bucket)?\b[{)]", dashboard["dashboard_json"]))
    assert used
    assert used <= {re.sub(r"[./]", "_", name).replace("_com_", "_com:", 1) for name in OF_GOOGLE}


def test_the_dashboards_tiles_do_not_overlap(deployment: Deployment) -> None:
    [dashboard] = deployment.all("monitoring_dashboard")
    layout = json.loads(dashboard["dashboard_json"])["mosaicLayout"]
    cells = [
        (x, y)
        for tile in layout["tiles"]
        for x in range(tile.get("xPos", 0), tile.get("xPos", 0) + tile["width"])
        for y in range(tile.get("yPos", 0), tile.get("yPos", 0) + tile["height"])
    ]
    assert len(cells) == len(set(cells))
    assert all(x < layout["columns"] for x, _ in cells)
