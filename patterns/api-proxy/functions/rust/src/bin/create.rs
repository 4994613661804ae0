//! POST to the collection.

use functions::create::{Tables, create};
use functions::table::{Table, setting};
use functions::{log, web};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log::start();
    let tables = Tables { items: Table::from_settings().await?, keys: setting("KEYS_TABLE")? };
    let origin = std::env::var("ALLOWED_ORIGIN").ok();
    run(service_fn(async |event| {
        Ok::<_, Error>(web::answer(event, origin.as_deref(), async |request| create(&tables, request).await).await)
    }))
    .await
}
