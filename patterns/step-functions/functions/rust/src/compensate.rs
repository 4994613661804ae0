//! Compensate: undoes what the execution did of a job, and only that. Done twice, it leaves the same.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue::S;
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use tracing::{Instrument, error, error_span, info};

use crate::aws::{Jobs, failed};
use crate::job::{Job, TaskError, job_in, now};

/// What goes wrong in a function comes with its whole stack trace.
const LONGEST_CAUSE: usize = 1000;

/// The workflow calls this when it gives up.
pub async fn handle(jobs: &Jobs, event: LambdaEvent<Value>) -> Result<Value, TaskError> {
    let (event, request) = (event.payload, event.context.request_id);
    if event.as_object().is_none_or(|members| members.is_empty()) {
        // Such as slsx coldstart-bench sends: it asks for nothing.
        return Ok(json!({}));
    }
    let text = |name| event.get(name).and_then(Value::as_str);
    let trace =
        error_span!("job", function_request_id = request, correlation_id = text("execution"), job = text("job"));
    let outcome = compensate(jobs, &event).instrument(trace.clone()).await;
    if let Err(failure) = &outcome {
        trace.in_scope(|| error!(error = failure.name(), reason = %failure, "compensate failed"));
    }
    outcome
}

async fn compensate(jobs: &Jobs, event: &Value) -> Result<Value, TaskError> {
    let job = job_in(event)?;
    let failure = Failure::of(event);
    let error = json!({"Error": failure.error, "Cause": failure.cause});
    if !is_undone(jobs, &job, failure).await? {
        info!("job belongs to another execution");
        return Ok(json!({"job": job.name, "status": "left", "error": error}));
    }
    info!(error = failure.error, "job compensated");
    Ok(json!({"job": job.name, "status": "compensated", "error": error}))
}

/// What the workflow keeps of a failure.
#[derive(Clone, Copy)]
struct Failure<'a> {
    error: &'a str,
    cause: &'a str,
}

impl<'a> Failure<'a> {
    /// Whoever answers for a task may leave out both.
    fn of(event: &'a Value) -> Self {
        let told = |name| event.pointer(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        Self {
            error: told("/error/Error").unwrap_or("TaskFailed"),
            cause: told("/error/Cause").unwrap_or("no cause was given"),
        }
    }
}

/// Removes the result and says so in the job's item; false if the job belongs to another execution.
async fn is_undone(jobs: &Jobs, job: &Job, failure: Failure<'_>) -> Result<bool, TaskError> {
    // Until the result is gone, nobody may take the job: it would be their result that is removed.
    if !is_marked(jobs, job, "compensating", failure).await? {
        return Ok(false);
    }
    // Deleting what is not there is no error.
    let deletion = jobs.s3.delete_object().bucket(&jobs.bucket).key(job.result());
    deletion.send().await.map_err(failed("s3:DeleteObject"))?;
    is_marked(jobs, job, "compensated", failure).await
}

/// Gives the job this status; false, and nothing done, if it belongs to another execution.
async fn is_marked(jobs: &Jobs, job: &Job, status: &str, failure: Failure<'_>) -> Result<bool, TaskError> {
    let mut update = jobs
        .dynamodb
        .update_item()
        .table_name(&jobs.table)
        .key("job", S(job.name.clone()))
        .condition_expression("attribute_not_exists(#job) OR #execution = :execution")
        .update_expression(
            "SET #status = :status, #execution = :execution, #error = :error, #cause = :cause, \
             #updated_at = :updated_at REMOVE #result",
        );
    for name in ["job", "status", "execution", "error", "cause", "updated_at", "result"] {
        update = update.expression_attribute_names(format!("#{name}"), name);
    }
    for (name, value) in [
        (":status", status.to_owned()),
        (":execution", job.execution.clone()),
        (":error", failure.error.to_owned()),
        (":cause", failure.cause.chars().take(LONGEST_CAUSE).collect()),
        (":updated_at", now()),
    ] {
        update = update.expression_attribute_values(name, S(value));
    }
    match update.send().await {
        Ok(_) => Ok(true),
        Err(error) if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) => {
            Ok(false)
        }
        Err(error) => Err(failed("dynamodb:UpdateItem")(error)),
    }
}
