//! Thumbnail worker: stores a small picture of each uploaded video.

use functions::results::ResultBucket;
use functions::work::thumbnail::thumbnail;
use functions::worker::Worker;
use functions::{aws, log, settings};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let s3 = aws_sdk_s3::Client::new(&aws::config().await);
    let results = ResultBucket::from_settings(s3.clone())?;
    let worker = Worker { name: settings::text("WORKER")?, uploads: s3, results, work: thumbnail };
    run(service_fn(|event| worker.handle(event))).await
}
