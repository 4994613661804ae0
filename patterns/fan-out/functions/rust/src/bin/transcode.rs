//! Transcode worker: stores each uploaded video in another size.

use functions::results::ResultBucket;
use functions::work::transcode::transcode;
use functions::worker::Worker;
use functions::{aws, log, settings};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let height = settings::number("HEIGHT")?;
    let s3 = aws_sdk_s3::Client::new(&aws::config().await);
    let results = ResultBucket::from_settings(s3.clone())?;
    let work = |content: &[u8]| transcode(content, height);
    let worker = Worker { name: settings::text("WORKER")?, uploads: s3, results, work };
    run(service_fn(|event| worker.handle(event))).await
}
