//! PUT of one item.

use functions::table::Table;
use functions::update::update;
use functions::{log, web};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let table = Table::from_settings().await?;
    let origin = std::env::var("ALLOWED_ORIGIN").ok();
    run(service_fn(async |event| {
        Ok::<_, Error>(web::answer(event, origin.as_deref(), async |request| update(&table, request).await).await)
    }))
    .await
}
