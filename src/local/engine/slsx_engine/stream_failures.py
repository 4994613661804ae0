"""Tells the destination of a stream mapping which records were given up; the records themselves stay in the stream.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import uuid
from datetime import datetime, timezone

from ministack.services import lambda_svc

from . import asynchronous, function, mapping_permissions
from .output import now_ms
from .platform_log import iso_time

_SHARD = "shardId-00000000000000000000-00000000"


def tell(mapping, records, result, condition, invocations):
    """Send the record of a batch that was given up, as the function's role.

    AWS: needs `sqs:SendMessage` or `sns:Publish`; without a destination the batch is dropped.
    Stock: sends it as nobody, always with one attempt, and never for exhausted retries.
    """
    destination = mapping_permissions.destination_of(mapping)
    _record, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if not destination or config is None:
        return
    settings = function.from_configuration(config)
    failed = {"functionError": "Unhandled"} if result.get("error") else {}
    asynchronous.deliver_safely(settings, config, destination, {
        "requestContext": {
            "requestId": str(uuid.uuid4()), "functionArn": mapping["FunctionArn"], "condition": condition,
            "approximateInvokeCount": invocations},
        "responseContext": {"statusCode": 200, "executedVersion": settings.version, **failed},
        "version": "1.0", "timestamp": iso_time(now_ms()),
        "DDBStreamBatchInfo": {
            "shardId": _SHARD, "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
            "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
            "approximateArrivalOfFirstRecord": _arrival(records[0]),
            "approximateArrivalOfLastRecord": _arrival(records[-1]),
            "batchSize": len(records), "streamArn": mapping["EventSourceArn"]}})


def _arrival(record):
    moment = record["dynamodb"]["ApproximateCreationDateTime"]
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
