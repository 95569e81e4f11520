"""Event source mappings from DynamoDB streams: an end to the tries of a batch that fails.

MiniStack hands a failed batch to the function again, whole, until it is too old. Lambda halves it, where the mapping says
so, and gives up what fails after so many tries ("Using Lambda with DynamoDB", "Retain discarded batch records"). This asks
MiniStack's poller for one mapping at a time, so that what it reads for it can be less than a batch, and looks at what
came of it. As for Kinesis (kinesis_mappings.py), halving uses up no try.
"""

import threading
import time
from dataclasses import dataclass


@dataclass
class Trouble:
    """A mapping whose batch fails from one position on."""

    position: int
    size: int  # of the part that is handed over
    tries: int = 0


_troubles: dict[str, Trouble] = {}
_polling = threading.local()  # the mapping that this thread polls, and how many records are read for it


def install() -> None:
    from ministack.services import dynamodb, lambda_svc

    every, poll_all, read = lambda_svc._iter_all_esms, lambda_svc._poll_dynamodb_streams, dynamodb.stream_records_since

    def chosen():
        only = getattr(_polling, "only", None)
        return every() if only is None else iter([only])

    def read_less(table, position, limit, **scope):
        if getattr(_polling, "only", None) is not None:
            trouble = _troubles.get(_polling.only[2]["UUID"])
            if trouble is not None and trouble.position == position:
                limit = min(limit, trouble.size)
            _polling.read = (table, position, limit)
        return read(table, position, limit, **scope)

    def poll() -> bool:
        processed = False
        for one in [found for found in every() if ":dynamodb:" in found[2].get("EventSourceArn", "")]:
            uuid = one[2]["UUID"]
            if lambda_svc._esm_backoff_until.get(uuid, 0) > time.time():
                continue
            _polling.only, _polling.read = one, None
            try:
                processed = poll_all() or processed
                if lambda_svc._esm_backoff_until.get(uuid, 0) > time.time():
                    processed = _failed(one, read) or processed
                elif _polling.read is not None:
                    _troubles.pop(uuid, None)
            finally:
                _polling.only = None
        return processed

    lambda_svc._iter_all_esms = chosen
    lambda_svc._poll_dynamodb_streams = poll
    dynamodb.stream_records_since = read_less


def _failed(one, read) -> bool:
    """Halves what failed, tries it again, or gives it up. Returns whether the stream goes on."""
    from ministack.core.responses import request_scope
    from ministack.services import lambda_svc

    account, region, mapping = one
    uuid = mapping["UUID"]
    table, position, limit = _polling.read
    with request_scope(account, region):
        batch = read(table, position, limit)
        trouble = _troubles.get(uuid)
        if trouble is None or trouble.position != position:
            trouble = _troubles[uuid] = Trouble(position, len(batch))
        if len(batch) > 1 and str(mapping.get("BisectBatchOnFunctionError")).lower() == "true":
            trouble.size, trouble.tries = (len(batch) + 1) // 2, 0
            return False
        trouble.tries += 1
        most = int(mapping.get("MaximumRetryAttempts", -1))
        if most < 0 or trouble.tries <= most:
            return False
        function, _config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        lambda_svc._send_ddb_stream_failure_record(
            mapping, function, batch, mapping["EventSourceArn"], {}, "RetryAttemptsExhausted")
        with lambda_svc._dynamodb_stream_positions_lock:
            lambda_svc._dynamodb_stream_positions[uuid] = position + len(batch)
        del _troubles[uuid]
        return True
