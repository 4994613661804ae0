//! Compensate: undoes what the execution did of a job.

use functions::aws::Jobs;
use functions::{compensate, log};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let jobs = Jobs::from_settings().await?;
    run(service_fn(|event| compensate::handle(&jobs, event))).await
}
