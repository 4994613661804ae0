//! POST of a command.

use functions::command::execute;
use functions::event_store::EventTable;
use functions::{aws, log, web};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws::config().await);
    let events = EventTable { dynamodb, table: aws::setting("EVENTS_TABLE")? };
    run(service_fn(async |event| {
        Ok::<_, Error>(web::answer(event, async |request| execute(&events, request).await).await)
    }))
    .await
}
