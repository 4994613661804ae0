"""FilterLogEvents in pages.

AWS: a page holds at most 1 MB or 10,000 events, or `limit`; `nextToken` leads to the next one; every event has an id.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
Stock: answers the first 10,000 events without a token, so the rest of a busy function's log can never be read; ignores
`logStreamNamePrefix`.
"""

import heapq
import itertools
from bisect import bisect_left, bisect_right

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

from . import anchors

_MOST_EVENTS = 10_000
_MOST_BYTES = 1 << 20


def apply():
    """Put the correction of this file in place."""
    for name in ("_compile_filter_pattern", "_event_timestamp", "_log_events_lock", "_log_groups",
                 "_resolve_log_group_name"):
        anchors.require(cloudwatch_logs, name)
    anchors.replace(cloudwatch_logs, "_filter_log_events", in_pages)


def in_pages(stock):
    """Begin where the token says and end where a page ends. Stock: see above."""
    def filter_log_events(data):
        group = cloudwatch_logs._log_groups.get(cloudwatch_logs._resolve_log_group_name(data))
        if group is None:
            return stock(data)
        try:
            since, seen = _position(data.get("nextToken"))
        except ValueError:
            return error_response_json("InvalidParameterException", "The specified nextToken is invalid.", 400)
        start = max((moment for moment in (data.get("startTime"), since) if moment is not None), default=None)
        matches = cloudwatch_logs._compile_filter_pattern(data.get("filterPattern", ""))
        found = ({**event, "logStreamName": stream} for event, stream in _in_order(group, data, start)
                 if matches(event.get("message", "")))
        # The events of one millisecond may be on two pages: the token counts those that were on the first.
        left = itertools.dropwhile(_Skip(since, seen), found)
        return json_response(_page(left, min(data.get("limit", _MOST_EVENTS), _MOST_EVENTS), since, seen))
    return filter_log_events


class _Skip:
    """Whether an event was on an earlier page: the first `count` of the moment at which that page ended."""

    def __init__(self, moment, count):
        self._moment, self._left = moment, count

    def __call__(self, event):
        self._left -= 1
        return self._left >= 0 and event["timestamp"] == self._moment


def _page(events, most, since, seen):
    page, size = [], 0
    for event in events:
        size += len(event["message"].encode())
        if page and (len(page) == most or size > _MOST_BYTES):
            return {"events": page, "searchedLogStreams": [], "nextToken": _token(page, since, seen)}
        page.append(event)
    return {"events": page, "searchedLogStreams": []}


def _token(page, since, seen):
    last = page[-1]["timestamp"]
    count = sum(event["timestamp"] == last for event in page)
    return f"{last}/{count + (seen if last == since else 0)}"


def _position(token):
    if not token:
        return None, 0
    moment, _, count = token.partition("/")
    return int(moment), int(count)


def _in_order(group, data, start):
    """The events of the chosen streams by time, with the name of their stream."""
    prefix = data.get("logStreamNamePrefix") or ""
    names = data.get("logStreamNames") or [name for name in list(group["streams"]) if name.startswith(prefix)]
    ranges = []
    with cloudwatch_logs._log_events_lock:
        for name in names:
            events = group["streams"].get(name, {"events": []})["events"]
            ranges.append(_range(events, name, start, data.get("endTime")))
    return heapq.merge(*ranges, key=lambda entry: (entry[0]["timestamp"], entry[0].get("ingestionTime", 0)))


def _range(events, name, start, end):
    first = 0 if start is None else bisect_left(events, start, key=cloudwatch_logs._event_timestamp)
    last = len(events) if end is None else bisect_right(events, end, key=cloudwatch_logs._event_timestamp)
    return [(event, name) for event in events[first:last]]
