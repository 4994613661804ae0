//! What deployed functions are made of.

use super::RemoteError;
use crate::names::{FunctionName, Qualifier};

/// A function's code and what comes with it. No `Debug`: code may hold secrets.
#[derive(Clone, Default)]
pub struct FunctionPackage {
    /// The ZIP file; none for container images.
    pub bytes: Option<Vec<u8>>,
    /// Its handler, such as `app.handler`; none for container images.
    pub handler: Option<String>,
    /// ARNs of its layer versions, each with the bytes of its ZIP file.
    pub layers: Vec<(String, u64)>,
}

/// Lambda, as far as packages are read from it.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Packages {
    /// `GetFunction`, and the download of the package.
    async fn package(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<FunctionPackage, RemoteError>;
}
