"""Puts log-ins on the stream of identity events. Reads one a line, with tabs between: account, instant, address, port.

    python producer.py STREAM <logins.tsv
"""

import hashlib
import json
import sys
import time

import boto3


def send(kinesis, stream, events):
    """Sends at most 500 events, which is what Kinesis takes in one call, and again those that it did not take."""
    records = [{"Data": json.dumps(event).encode(),
                "PartitionKey": hashlib.sha256(event["account"].encode()).hexdigest()} for event in events]
    for attempt in range(8):
        answers = kinesis.put_records(StreamName=stream, Records=records)["Records"]
        records = [record for record, answer in zip(records, answers) if answer.get("ErrorCode")]
        if not records:
            return
        time.sleep(0.1 * 2**attempt)
    raise RuntimeError(f"the stream did not take {len(records)} events")


def main():
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")
    rows = [line.rstrip("\n").split("\t") for line in sys.stdin]
    events = [{"account": account, "at": at, "ip": ip, "port": int(port)} for account, at, ip, port in rows]
    kinesis = boto3.client("kinesis")
    for start in range(0, len(events), 500):
        send(kinesis, sys.argv[1], events[start:start + 500])


if __name__ == "__main__":
    main()
