//! Transcode: makes the result of a job. Tried again by the same execution, it leaves the same result.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_s3::operation::get_object::GetObjectError;
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use tracing::{Instrument, error, error_span, info};

use crate::aws::{Jobs, failed};
use crate::job::{Job, TaskError, job_in, now};
use crate::scaling::{Scaled, scaled};
use crate::video::read_video;

/// The workflow calls this; it knows what to do by the name of the error.
pub async fn handle(jobs: &Jobs, height: usize, event: LambdaEvent<Value>) -> Result<Value, TaskError> {
    let (event, request) = (event.payload, event.context.request_id);
    if event.as_object().is_none_or(|members| members.is_empty()) {
        // Such as slsx coldstart-bench sends: it asks for nothing.
        return Ok(json!({}));
    }
    let text = |name| event.get(name).and_then(Value::as_str);
    let trace =
        error_span!("job", function_request_id = request, correlation_id = text("execution"), job = text("job"));
    let outcome = transcode(jobs, height, &event).instrument(trace.clone()).await;
    let _entered = trace.entered();
    match &outcome {
        Ok(_) => {}
        Err(TaskError::SourceNotReady(_)) => info!(source = text("source"), "source not ready"),
        Err(TaskError::JobNotFree(_)) => info!("job not free"),
        Err(TaskError::TaskFailed(exception)) => error!(exception, "transcode failed"),
        Err(refusal) => error!(error = refusal.name(), reason = %refusal, "transcode refused"),
    }
    outcome
}

/// Reads the source, makes the result, and says what it is.
async fn transcode(jobs: &Jobs, height: usize, event: &Value) -> Result<Value, TaskError> {
    let job = job_in(event)?;
    let source = source_of(jobs, &job).await?;
    let video = scaled(&read_video(&source)?, height).map_err(failed("compressing"))?;
    let (result, bytes) = (job.result(), video.content.len());
    let answer = json!({
        "job": job.name, "result": result, "width": video.width, "height": video.height,
        "frames": video.frames, "bytes": bytes,
    });
    // First the item: it says whose the job is, so that nobody writes over another's result.
    record(jobs, &job, &video).await?;
    let frames = video.frames;
    let put = jobs.s3.put_object().bucket(&jobs.bucket).key(&result).content_type("application/gzip");
    put.body(video.content.into()).send().await.map_err(failed("s3:PutObject"))?;
    info!(result, frames, bytes, "source transcoded");
    Ok(answer)
}

/// The uploaded video.
async fn source_of(jobs: &Jobs, job: &Job) -> Result<Vec<u8>, TaskError> {
    let object = jobs.s3.get_object().bucket(&jobs.bucket).key(&job.source).send().await.map_err(|error| {
        if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) {
            TaskError::SourceNotReady(format!("s3://{}/{}", jobs.bucket, job.source))
        } else {
            failed("s3:GetObject")(error)
        }
    })?;
    let content = object.body.collect().await.map_err(failed("s3:GetObject"))?;
    Ok(content.to_vec())
}

/// Writes the job's item, unless the job belongs to another execution that did not give it up.
async fn record(jobs: &Jobs, job: &Job, video: &Scaled) -> Result<(), TaskError> {
    let texts = [
        ("job", job.name.clone()),
        ("execution", job.execution.clone()),
        ("source", job.source.clone()),
        ("result", job.result()),
        ("status", "transcoded".to_owned()),
        ("updated_at", now()),
    ];
    let numbers =
        [("width", video.width), ("height", video.height), ("frames", video.frames), ("bytes", video.content.len())];
    let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), S(text)));
    let numbers = numbers.into_iter().map(|(name, number)| (name.to_owned(), N(number.to_string())));
    let put = jobs
        .dynamodb
        .put_item()
        .table_name(&jobs.table)
        .set_item(Some(texts.chain(numbers).collect()))
        .condition_expression("attribute_not_exists(#job) OR #execution = :execution OR #status = :compensated")
        .expression_attribute_names("#job", "job")
        .expression_attribute_names("#execution", "execution")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":execution", S(job.execution.clone()))
        .expression_attribute_values(":compensated", S("compensated".to_owned()))
        .return_values_on_condition_check_failure(AllOld);
    put.send().await.map(drop).map_err(|error| match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(failed)) => {
            let status = failed.item().and_then(|item| item.get("status"));
            let is_being_undone = status.is_some_and(|status| *status == S("compensating".to_owned()));
            let why = if is_being_undone { TaskError::JobNotFree } else { TaskError::JobExists };
            why(job.name.clone())
        }
        _ => failed("dynamodb:PutItem")(error),
    })
}
