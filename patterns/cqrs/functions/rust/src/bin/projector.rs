//! Projector: brings the read model up to date.

use functions::event_store::EventTable;
use functions::{aws, log, projector, read_model};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let config = aws::config().await;
    let dynamodb = aws_sdk_dynamodb::Client::new(&config);
    let events = EventTable { dynamodb, table: aws::setting("EVENTS_TABLE")? };
    let read_model = read_model::connect(&config)?;
    run(service_fn(|event| projector::handle(&events, &read_model, event))).await
}
