//! A whole file of each kind.

pub(super) const FAN_OUT: &str = r#"
version = 1
kind = "fan-out"

[upload]
bucket = "UploadBucket"
prefix = "uploads/"
file = "events/sample.y4m"
content_type = "video/x-yuv4mpeg"

[[worker]]
name = "thumbnail"
function = "ThumbnailFunction"
dead_letters = "ThumbnailFailures"

[[worker]]
name = "update-db"
function = "UpdateDbFunction"

[checks]
runs_each = 1
makespan_factor = 1.5
overhead_ms = 1000
minimum_overlap = 0.5
within_seconds = 60
"#;

pub(super) const API: &str = r#"
version = 1
kind = "api"
url = "ApiUrl"
[[step]]
name = "create"
request = "POST /orders"
headers = { "idempotency-key" = "${run}" }
body = '{"title": "first"}'
status = 201
content_type = "application/json"
expect = { "/title" = "first", "/id" = "${id}" }
expect_headers = { "location" = "/orders/" }
save = { id = "/id" }
[[step]]
name = "read"
request = "GET /orders/${id}"
status = [200, 203]
after_load = true
[load]
requests = ["GET /orders/${id}", "GET /orders?limit=5"]
rate = 100
seconds = 10
[checks]
minimum_rate = 95.0
maximum_p99_ms = 3000
"#;

pub(super) const BUFFER: &str = r#"
version = 1
kind = "buffer"
url = "ApiUrl"
[webhooks]
request = "POST /webhooks"
body = '{"id": "${id}", "amount": 1}'
poison = '{"id": "${id}", "amount": "none"}'
count = 10000
duplicates = 100
poison_count = 3
connections = 64
[worker]
function = "WorkerFunction"
queue = "Webhooks"
dead_letters = "DeadLetters"
maximum_concurrency = 5
[effect]
table = "Effects"
key = "id"
times = "times"
[checks]
within_seconds = 600
"#;

pub(super) const WORKFLOW: &str = r#"
version = 1
kind = "workflow"
machine = "Workflow"
express = false
[[execution]]
name = "late-upload"
input = '{"job": "${run}-late"}'
upload = { bucket = "MediaBucket", key = "uploads/${run}.y4m", file = "events/sample.y4m", at = "first-failure" }
status = "SUCCEEDED"
retries = { state = "Transcode", at_least_seconds = 10.0, times = 1 }
visits = ["Email"]
avoids = ["Compensate"]
callback = { state = "Approve", output = '{"approved": true}', after_seconds = 2 }
[checks]
within_seconds = 180
"#;

pub(super) const READ_MODEL: &str = r#"
version = 1
kind = "read-model"
url = "ApiUrl"
[commands]
request = "POST /accounts/${id}/commands"
bodies = ['{"type": "deposit", "amount": 5}', '{"type": "withdraw", "amount": 2}']
count = 1000
aggregates = 50
connections = 16
accepted = [200, 201, 202]
[events]
table = "Events"
aggregate = "aggregate_id"
version = "version"
[projector]
function = "ProjectorFunction"
[query]
request = "GET /accounts/${id}"
fold = { "/balance" = "sum:amount", "/version" = "count" }
[checks]
within_seconds = 120
"#;
