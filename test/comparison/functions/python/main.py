"""Counts the words of an event."""

import json
import sys

event = json.load(sys.stdin)
print(json.dumps({"words": len(event["text"].split())}))
