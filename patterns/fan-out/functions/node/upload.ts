// Which uploads an event tells of. Knows nothing of what is done with them.

/** One object that somebody put into the upload bucket. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  /** S3's id of the upload request: the same in the log lines of every worker. */
  readonly correlationId: string;
}

/** What the workers read of an event; everything else in it may come, change and go. */
export interface UploadEvent {
  source?: string;
  detail?: { bucket: { name: string }; object: { key: string }; "request-id"?: string };
  Records?: { Sns: { Message: string } }[];
}

interface Notification {
  Records?: {
    s3: { bucket: { name: string }; object: { key: string } };
    responseElements?: { "x-amz-request-id"?: string };
  }[];
}

/**
 * The uploads of one event, from SNS or from EventBridge.
 *
 * None for the `s3:TestEvent` that S3 sends once, when the notification is set up.
 */
export function uploadsIn(event: UploadEvent): Upload[] {
  if (event.source === "aws.s3" && event.detail) {
    // EventBridge carries the key as it is.
    const key = event.detail.object.key;
    return [{ bucket: event.detail.bucket.name, key, correlationId: event.detail["request-id"] ?? key }];
  }
  return (event.Records ?? []).flatMap((record) => fromNotification(record.Sns.Message));
}

function fromNotification(message: string): Upload[] {
  const notification = JSON.parse(message) as Notification;
  return (notification.Records ?? []).map((record) => {
    // S3 notifications carry the key URL-encoded, with `+` for a space.
    const key = decodeURIComponent(record.s3.object.key.replaceAll("+", " "));
    const correlationId = record.responseElements?.["x-amz-request-id"] ?? key;
    return { bucket: record.s3.bucket.name, key, correlationId };
  });
}
