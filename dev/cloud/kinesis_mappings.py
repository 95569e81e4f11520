"""Event source mappings from Kinesis streams to Lambda functions, as the Lambda Developer Guide documents them.

MiniStack retries a failed batch whole and for ever, on its one polling thread. This takes the place of that poller for
Kinesis: partial failures, bisecting, limits of retries and of age, and the destination for what is given up ("Using
Lambda with Kinesis", "Reporting batch item failures", "Retain discarded batch records"). A shard's batches run one
after the other and in order, each on a thread of its own, so that a slow or failing function holds nobody else up.

Where the guide is silent: a batch that reports its first record as failed has made no progress and is halved if the
mapping bisects, as if the function had failed. A split and a report of progress with bisecting use up no retry.
"""

import base64
import bisect
import json
import logging
import os
import time
from dataclasses import dataclass, field, replace

import kinesis_discards

logger = logging.getLogger("lambda")

# Lambda runs one batch a shard at the same time. More than the machine has processors would only slow the others.
_AT_ONCE = os.cpu_count() or 1


@dataclass
class Batch:
    """Records of one shard, in order, that are handed to the function together."""

    records: list
    retries: int = 0
    invocations: int = 0
    function_error: str | None = None


@dataclass
class Position:
    """How far one mapping has got in one shard."""

    after: str  # the sequence number of the last record that is done with
    waiting: list = field(default_factory=list)  # the parts of a failed batch, which come before any other record
    not_before: float = 0.0
    busy: bool = False


def install() -> None:
    from ministack.services import lambda_svc

    lambda_svc._poll_kinesis = poll


def poll() -> bool:
    """Starts a batch of every shard that has one to run. Returns whether any was started."""
    from ministack.core.responses import request_scope
    from ministack.services import lambda_svc

    started = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        with request_scope(account, region):
            source = _source(mapping)
            if source is None:
                continue
            function, stream = source
            for shard_id, position in _positions(mapping, stream).items():
                if lambda_svc._esm_inflight.get(mapping["UUID"], 0) >= _AT_ONCE:
                    break
                if position.busy or position.not_before > time.time():
                    continue
                batch = _next_batch(position, stream["shards"][shard_id]["records"], mapping)
                if batch is None:
                    continue
                position.busy = True
                lambda_svc._dispatch_esm_batch(mapping["UUID"], _run, mapping, function, shard_id, position, batch)
                started = True
    return started


def _source(mapping: dict):
    """The function and the stream of a mapping that is in force, or None."""
    from ministack.core.arn import ArnParseError, parse_arn
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import kinesis, lambda_svc

    if not mapping.get("Enabled", True):
        return None
    arn = mapping.get("EventSourceArn", "")
    try:
        spec = parse_arn(arn)
    except ArnParseError:
        return None
    name = lambda_svc._kinesis_stream_name_from_arn_spec(spec) if spec.service == "kinesis" else None
    if not name or spec.region != get_region():
        return None
    function, _config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    stream = kinesis._streams.get_scoped(spec.account_id, spec.region, name)
    if function is None or not stream or stream.get("StreamARN") != arn or stream["StreamStatus"] != "ACTIVE":
        return None
    if spec.account_id != get_account_id() and lambda_svc._cross_account_read_blocked(
            arn, function, mapping["FunctionName"]):
        return None
    return function, stream


def _positions(mapping: dict, stream: dict) -> dict:
    """MiniStack forgets these when the mapping is deleted."""
    from ministack.services import lambda_svc

    known = lambda_svc._kinesis_positions.get(mapping["UUID"])
    latest = known is None and mapping.get("StartingPosition", "LATEST") != "TRIM_HORIZON"
    if known is None:
        known = lambda_svc._kinesis_positions[mapping["UUID"]] = {}
    for shard_id, shard in list(stream["shards"].items()):
        if shard_id not in known:
            # A shard that appears later, by a split or a merge, is read from its beginning.
            records = shard["records"]
            known[shard_id] = Position(records[-1]["SequenceNumber"] if latest and records else "")
    return {shard_id: position for shard_id, position in known.items() if shard_id in stream["shards"]}


def _next_batch(position: Position, records: list, mapping: dict):
    if position.waiting:
        return position.waiting.pop(0)
    # Sequence numbers are of one length and grow, so they order as text. Records expire at the front of the list.
    start = bisect.bisect_right(records, position.after, key=_number)
    size = int(mapping.get("BatchSize", 100))
    return Batch(records[start:start + size]) if start < len(records) else None


def _run(mapping: dict, function: dict, shard_id: str, position: Position, batch: Batch) -> None:
    try:
        _step(mapping, function, shard_id, position, batch)
    except Exception:
        # Ours, not the function's: nothing is lost by trying it again.
        logger.exception("Kinesis batch of %s from %s", mapping["FunctionName"], shard_id)
        _again(position, batch)
    finally:
        position.busy = False


def _step(mapping: dict, function: dict, shard_id: str, position: Position, batch: Batch) -> None:
    """Hands a batch to the function once, and does with the outcome what the mapping says."""
    from ministack.services import lambda_svc

    max_age = int(mapping.get("MaximumRecordAgeInSeconds", -1))
    if max_age >= 0:
        oldest = time.time() - max_age
        old = [r for r in batch.records if r["ApproximateArrivalTimestamp"] < oldest]
        if old:
            _discard(mapping, function, shard_id, position, replace(batch, records=old), "RecordAgeExceeded")
            batch.records = batch.records[len(old):]
            if not batch.records:
                return

    events = [_event(record, shard_id, mapping, function) for record in batch.records]
    events = lambda_svc._apply_filter_criteria(events, mapping)
    if not events:
        position.after = _number(batch.records[-1])
        return
    result = lambda_svc._execute_function(function, {"Records": events})
    if result.get("throttle"):
        # "This doesn't apply to service errors or throttles where the batch didn't reach the function."
        return _again(position, batch)
    batch.invocations += 1
    batch.function_error = (result.get("function_error") or "Unhandled") if result.get("error") else None
    log = result.get("log", "")
    failed = _first_failure(result, batch, mapping)
    if failed is None:
        position.after = _number(batch.records[-1])
        mapping["LastProcessingResult"] = f"OK - {len(batch.records)} records"
        logger.info("ESM: Lambda %s processed %d Kinesis records from %s%s",
                    mapping["FunctionName"], len(batch.records), shard_id, f"\n{log}" if log else "")
        return

    mapping["LastProcessingResult"] = "FAILED"
    logger.warning("ESM: Lambda %s failed processing %d of %d Kinesis records from %s: %s\n%s",
                   mapping["FunctionName"], len(batch.records) - failed, len(batch.records), shard_id,
                   result.get("body") if result.get("error") else "reported failures", log)
    rest = replace(batch, records=batch.records[failed:])
    splits = _true(mapping.get("BisectBatchOnFunctionError"))
    max_retries = int(mapping.get("MaximumRetryAttempts", -1))
    if splits and failed > 0:
        _again(position, rest)
    elif splits and len(rest.records) > 1:
        middle = len(rest.records) // 2
        _again(position, replace(rest, records=rest.records[:middle]), replace(rest, records=rest.records[middle:]))
    elif 0 <= max_retries <= batch.retries:
        _discard(mapping, function, shard_id, position, rest, "RetryAttemptsExhausted")
    else:
        _again(position, replace(rest, retries=rest.retries + 1))


def _again(position: Position, *batches: Batch) -> None:
    from ministack.services import lambda_svc

    position.waiting[:0] = batches
    position.not_before = time.time() + lambda_svc._ESM_BACKOFF_SECONDS


def _first_failure(result: dict, batch: Batch, mapping: dict):
    """Where in the batch the first failure is, or None if all of it succeeded."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return None
    body = result.get("body")
    if isinstance(body, str) and body:
        try:
            body = json.loads(body)
        except ValueError:
            return 0
    if not body:
        return None
    failures = body.get("batchItemFailures") if isinstance(body, dict) else body
    if not failures and isinstance(body, dict):
        return None
    numbers = [_number(record) for record in batch.records]
    try:
        return min(numbers.index(failure["itemIdentifier"]) for failure in failures)
    except (TypeError, KeyError, ValueError):
        # No identifier, an empty one, one of no record in the batch: "a complete failure".
        return 0


def _number(record: dict) -> str:
    return record["SequenceNumber"]


def _true(value) -> bool:
    """A template's boolean may be a word."""
    return str(value).lower() == "true"


def _event(record: dict, shard_id: str, mapping: dict, function: dict) -> dict:
    """A record as a function gets it."""
    from ministack.core.responses import get_region

    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": _number(record),
            "data": _base64(record["Data"]),
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{_number(record)}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": (function.get("config") or function).get("Role", ""),
        "awsRegion": get_region(),
        "eventSourceARN": mapping["EventSourceArn"],
    }


def _base64(data) -> str:
    if isinstance(data, str):
        try:
            base64.b64decode(data, validate=True)
            return data
        except ValueError:
            data = data.encode()
    return base64.b64encode(data if isinstance(data, bytes) else str(data).encode()).decode("ascii")


def _discard(mapping: dict, function: dict, shard_id: str, position: Position, batch: Batch, condition: str) -> None:
    """Gives records up: tells the mapping's destination, without what they hold, and goes on after them."""
    destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    logger.warning("ESM: %d Kinesis records of %s from %s are given up: %s",
                   len(batch.records), mapping["FunctionName"], shard_id, condition)
    if destination:
        try:
            kinesis_discards.send(destination, mapping, function, shard_id, batch, condition)
        except Exception:
            logger.exception("ESM: the record of a failure is lost: %s", destination)
    position.after = _number(batch.records[-1])
