//! GET of one account or of many.

use functions::{aws, log, query, read_model, web};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let read_model = read_model::connect(&aws::config().await)?;
    run(service_fn(async |event| {
        Ok::<_, Error>(web::answer(event, async |request| query::answer(&read_model, request).await).await)
    }))
    .await
}
