"""What Lambda tells an on-failure destination about Kinesis records that it gives up.

Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source": where the records
are, how many and how old, and never what they hold.
"""

import datetime
import json
import time


def send(destination: str, mapping: dict, function: dict, shard_id: str, batch, condition: str) -> None:
    """Tells a queue or topic what was given up, as the function's role, which must be allowed to.

    Raises if it is not, or if there is no such queue or topic.
    """
    from ministack.core import iam_evaluator as iam
    from ministack.core.arn import parse_arn
    from ministack.core.responses import get_account_id, get_region, new_uuid
    from ministack.services import iam as iam_svc
    from ministack.services import sns, sqs

    service = parse_arn(destination).service
    account = get_account_id()
    role = (function.get("config") or function).get("Role", "").rsplit("/", 1)[-1]
    session = f"arn:aws:sts::{account}:assumed-role/{role}/lambda"
    action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}[service]
    iam.pin_request_origin("127.0.0.1", True)  # over TLS, which queue policies ask for
    iam._request_caller_arn.set(session)
    context = iam.EvalContext(principal_arn=session, principal_type="AssumedRole", principal_account=account,
                              action=action, resource_arn=destination, region=get_region())
    policies = iam._gather_role_policies(role, account)
    limits = iam._permissions_boundary(iam_svc._roles, role, account)
    if iam.evaluate(context, policies, *limits).decision != "Allow":
        raise PermissionError(f"{session} is not authorized to perform: {action}")
    body = json.dumps(_message(mapping, function, shard_id, batch, condition))
    if service == "sqs":
        sqs._act_send_message({"MessageBody": body}, sqs._queue_by_arn(destination)["url"])
    else:
        sns._fanout(destination, new_uuid(), body, "", "", {})


def _message(mapping: dict, function: dict, shard_id: str, batch, condition: str) -> dict:
    from ministack.core.responses import new_uuid

    first, last = batch.records[0], batch.records[-1]
    version = (function.get("config") or function).get("Version", "$LATEST")
    error = {} if batch.function_error is None else {"functionError": batch.function_error}
    # What never reached the function has no response.
    response = {"statusCode": 200, "executedVersion": version, **error}
    return {
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": mapping["FunctionArn"],
            "condition": condition,
            "approximateInvokeCount": batch.invocations,
        },
        **({"responseContext": response} if batch.invocations else {}),
        "version": "1.0",
        "timestamp": _iso(time.time()),
        "KinesisBatchInfo": {
            "shardId": shard_id,
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _iso(first["ApproximateArrivalTimestamp"]),
            "approximateArrivalOfLastRecord": _iso(last["ApproximateArrivalTimestamp"]),
            "batchSize": len(batch.records),
            "streamArn": mapping["EventSourceArn"],
        },
    }


def _iso(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
