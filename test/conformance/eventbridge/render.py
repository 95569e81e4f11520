"""Reads {"transformer": …, "events": […]}, writes for each event what the local cloud sends of it."""

import json
import sys

from ministack.services import eventbridge

asked = json.load(sys.stdin)
sent = []
for event in asked["events"]:
    view = eventbridge._pattern_event_view(eventbridge._event_from_test_payload(event))
    sent.append(json.loads(eventbridge._apply_input_transformer(asked["transformer"], None, view)))
json.dump(sent, sys.stdout)
