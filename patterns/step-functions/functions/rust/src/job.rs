//! What a job is, and the errors that the workflow knows by name; knows neither S3 nor DynamoDB.

use jiff::Timestamp;
use lambda_runtime::Diagnostic;
use serde_json::Value;

/// The longest key of S3, in bytes.
const LONGEST_SOURCE: usize = 1024;
const LONGEST_NAME: usize = 100;

/// Why a task failed. The workflow decides by the name what to do next, so the names are part of its definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// The input names no job, or a source where none can be.
    #[error("{0}")]
    InvalidJob(&'static str),
    /// The source is not there yet. The workflow tries again.
    #[error("{0} is not there yet")]
    SourceNotReady(String),
    /// The source is no video, and will not become one by trying again.
    #[error(transparent)]
    InvalidVideo(#[from] crate::video::VideoError),
    /// Another execution does, or did, a job of this name.
    #[error("job {0} belongs to another execution")]
    JobExists(String),
    /// Another execution is undoing a job of this name. The workflow tries again.
    #[error("job {0} is being undone by another execution")]
    JobNotFree(String),
    /// Something else failed: AWS did not answer, or not as it should.
    #[error("{0}")]
    TaskFailed(String),
}

impl TaskError {
    /// The name in the workflow's definition.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::InvalidJob(_) => "InvalidJob",
            Self::SourceNotReady(_) => "SourceNotReady",
            Self::InvalidVideo(_) => "InvalidVideo",
            Self::JobExists(_) => "JobExists",
            Self::JobNotFree(_) => "JobNotFree",
            Self::TaskFailed(_) => "TaskFailed",
        }
    }
}

impl From<TaskError> for Diagnostic {
    fn from(error: TaskError) -> Self {
        Self { error_type: error.name().to_owned(), error_message: error.to_string() }
    }
}

/// One video to transcode, and the execution of the workflow that does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub name: String,
    pub source: String,
    pub execution: String,
}

impl Job {
    /// The key of the result in the bucket.
    pub fn result(&self) -> String {
        format!("results/{}.y4m.gz", self.name)
    }
}

/// The job that the workflow hands over.
pub fn job_in(event: &Value) -> Result<Job, TaskError> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let name = text("job").filter(|name| is_name(name));
    let name = name.ok_or(TaskError::InvalidJob("job must have 1 to 100 letters, digits or ._-"))?;
    let source = text("source").filter(|key| key.starts_with("uploads/") && key.len() <= LONGEST_SOURCE);
    let source = source.ok_or(TaskError::InvalidJob("source must begin with uploads/"))?;
    let execution = text("execution").ok_or(TaskError::InvalidJob("execution must be named"))?;
    Ok(Job { name: name.to_owned(), source: source.to_owned(), execution: execution.to_owned() })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && text.len() <= LONGEST_NAME
}

/// This moment as items have it.
pub fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_the_sample() {
        let event = json!({"job": "j", "source": "uploads/j.y4m", "execution": "e"});
        assert_eq!(job_in(&event).unwrap().result(), "results/j.y4m.gz");
    }

    #[test]
    fn refuses_names_and_sources_that_lead_elsewhere() {
        for job in json!([null, 1, "", "-j", "a/b", "../j", "j\n", "ä", "j".repeat(101)]).as_array().unwrap() {
            let error = job_in(&json!({"job": job, "source": "uploads/j", "execution": "e"})).unwrap_err();
            assert_eq!(error.to_string(), "job must have 1 to 100 letters, digits or ._-", "{job}");
        }
        let long = format!("uploads/{}", "ä".repeat(509));
        for source in json!([null, 1, "", "results/j.y4m.gz", "/uploads/j", long]).as_array().unwrap() {
            let error = job_in(&json!({"job": "j", "source": source, "execution": "e"})).unwrap_err();
            assert_eq!((error.name(), error.to_string().as_str()), ("InvalidJob", "source must begin with uploads/"));
        }
    }

    #[test]
    fn lambda_tells_the_workflow_the_name() {
        let diagnostic = Diagnostic::from(TaskError::SourceNotReady("s3://media/uploads/j.y4m".to_owned()));
        assert_eq!(diagnostic.error_type, "SourceNotReady");
        assert_eq!(diagnostic.error_message, "s3://media/uploads/j.y4m is not there yet");
    }
}
