//! Transcode: makes the result of a job.

use functions::aws::{Jobs, setting};
use functions::{log, transcode};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let jobs = Jobs::from_settings().await?;
    let height = setting("HEIGHT")?;
    run(service_fn(|event| transcode::handle(&jobs, height, event))).await
}
