"""Worker: drains the queue of webhooks in batches. One that fails does not take the others with it."""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config

from effect import take_effect
from webhook import InvalidWebhook, webhook_in

# Made once for each execution environment, not once for each batch. The patience is short because the batch has only
# the few seconds of the function's timeout: a webhook that could not be written comes back by itself.
DYNAMODB = boto3.client(
    "dynamodb",
    config=Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2}),
)
TABLE = os.environ["TABLE"]
# Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
LOGGER = Logger()
# A batch of poison only is answered like any other: raised, it would look like a broken function.
PROCESSOR = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@LOGGER.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Lambda calls this for each batch; what is not named in the answer is deleted from the queue."""
    if not event.get("Records"):
        # Such as slsx coldstart-bench sends: it asks for nothing.
        return {"batchItemFailures": []}
    return process_partial_response(event=event, record_handler=work_on, processor=PROCESSOR, context=context)


def work_on(record: SQSRecord) -> None:
    """Lets one webhook take effect. An exception makes it come back, and in the end go to the dead-letter queue."""
    received = int(record.attributes.approximate_receive_count)
    with LOGGER.append_context_keys(correlation_id=record.message_id, received=received):
        try:
            webhook = webhook_in(record.body)
            is_first = take_effect(DYNAMODB, TABLE, webhook, record.message_id)
        except InvalidWebhook as error:
            LOGGER.error("webhook refused", extra={"reason": str(error)})
            raise
        except Exception:
            LOGGER.exception("webhook failed")
            raise
        message = "webhook took effect" if is_first else "webhook had taken effect before"
        LOGGER.info(message, extra={"webhook": webhook.id})
