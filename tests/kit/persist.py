"""A terminal that does what doc/terminal.md asks of one: after silence, an error or a doubt it sends
the same message with the same trace number until it gets a final answer."""

import time

import requests
import zeep.exceptions

from terminal import next_trace

FINAL = ("ok", "declined")


def persist(call, *arguments, seconds=60, **named):
    """Calls a method of Terminal, with one trace number, until its answer is final; gives that."""
    trace = named.pop("trace", None) or next_trace()
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            last = call(*arguments, trace=trace, **named)
            if last.ResultClass in FINAL:
                return last
        except (requests.RequestException, zeep.exceptions.Error) as failure:
            last = failure
        time.sleep(0.1)
    raise AssertionError(f"trace {trace}: no final answer within {seconds} s, at last {last}")
