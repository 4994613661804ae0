//! Record worker: keeps an item about each uploaded video in the catalog table.

use functions::results::Catalog;
use functions::work::record::describe;
use functions::worker::Worker;
use functions::{aws, log, settings};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let config = aws::config().await;
    let results = Catalog::from_settings(aws_sdk_dynamodb::Client::new(&config))?;
    let uploads = aws_sdk_s3::Client::new(&config);
    let worker = Worker { name: settings::text("WORKER")?, uploads, results, work: describe };
    run(service_fn(|event| worker.handle(event))).await
}
