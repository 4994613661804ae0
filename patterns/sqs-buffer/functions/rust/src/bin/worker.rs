//! Worker: drains the queue of webhooks.

use functions::effect::Effects;
use functions::{aws, log, worker};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let table = std::env::var("TABLE").map_err(|_| "the environment variable TABLE is not set")?;
    let effects = Effects { dynamodb: aws_sdk_dynamodb::Client::new(&aws::config().await), table };
    run(service_fn(async |event| Ok::<_, Error>(worker::handle(&effects, event).await))).await
}
