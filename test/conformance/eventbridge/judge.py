"""Reads {"patterns": […], "events": […]}, writes for each event the indices of the patterns that match it."""

import json
import sys

from ministack.services import eventbridge

asked = json.load(sys.stdin)
patterns = [json.dumps(pattern) for pattern in asked["patterns"]]
for pattern in patterns:
    reason = eventbridge._event_pattern_error(pattern)
    if reason is not None:
        sys.exit(f"no pattern of EventBridge's: {reason}")

answer = []
for event in asked["events"]:
    seen = eventbridge._event_from_test_payload(event)
    answer.append([i for i, pattern in enumerate(patterns) if eventbridge._matches_pattern(pattern, seen)])
json.dump(answer, sys.stdout)
