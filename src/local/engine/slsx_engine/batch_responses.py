"""What a function with `ReportBatchItemFailures` says about its batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

FEATURE = "ReportBatchItemFailures"


def failed_items(mapping, result, identifiers):
    """The identifiers that failed: all after an error, none when the function reports none.

    AWS: an identifier that is empty, missing or not of this batch means that the whole batch failed.
    Stock: ignores such identifiers, so that a message the function never processed is deleted.
    """
    everything = set(identifiers)
    if result.get("error"):
        return everything
    if FEATURE not in (mapping.get("FunctionResponseTypes") or []):
        return set()
    body = result.get("body")
    if body is None:
        return set()
    if not isinstance(body, dict):
        return everything
    failures = body.get("batchItemFailures") or []
    if not isinstance(failures, list):
        return everything
    found = {failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures}
    return found if found <= everything else everything
