"""Policy documents, read once.

AWS: evaluates a policy in well under a millisecond.
Stock: parses every policy of the caller's role twice per request, and those of the execution role twice per invocation.
"""

import functools

from ministack.core import iam_evaluator

from . import anchors

_MOST_DOCUMENTS = 4096


def apply():
    """Put the correction of this file in place."""
    anchors.replace(iam_evaluator, "parse_policy_document", read_once)


def read_once(stock):
    """The statements of a document; a changed policy is another document. Stock: see above."""
    parsed = functools.lru_cache(maxsize=_MOST_DOCUMENTS)(stock)

    def parse(document):
        return parsed(document) if isinstance(document, str) else stock(document)
    return parse
