//! The deployed stack that a promise is proven on: its parts by the names that the promise gives them.

use std::path::PathBuf;
use std::time::Duration;

use crate::aws::functions::LambdaFunctions;
use crate::aws::session::Session;
use crate::aws::stacks::CloudFormationStacks;
use crate::aws::web::WebClient;
use crate::commands::Failure;
use crate::config::Settings;
use crate::deploy::{Stack, StackResource};
use crate::host::clock::SystemClock;
use crate::host::files;
use crate::names::{FunctionName, LogicalId};
use crate::ports::{Clock, Functions, Stacks};
use crate::promise::address;

/// How long a single request to an application may take: API Gateway itself gives up after 29 or 30 seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(35);

/// The stage everything happens on. No `Debug`: outputs may be secrets.
pub(super) struct Stage<'a> {
    pub(super) session: &'a Session,
    pub(super) clock: SystemClock,
    /// Names this run in everything it leaves: 12 letters and digits.
    pub(super) run: String,
    /// How much of the promised load there is.
    pub(super) load: f64,
    pub(super) is_protected: bool,
    /// When the run began, milliseconds since the Unix epoch.
    pub(super) opened_ms: u64,
    stack: Stack,
    resources: Vec<StackResource>,
    folder: PathBuf,
}

impl<'a> Stage<'a> {
    /// Looks at the stack; `folder` is where the promise is.
    pub(super) async fn open(
        session: &'a Session,
        settings: &Settings,
        folder: PathBuf,
        load: f64,
    ) -> Result<Self, Failure> {
        let stacks = CloudFormationStacks::new(session);
        let Some(stack) = stacks.describe(settings.stack.as_str()).await? else {
            return Err(Failure::NotDeployed { stack: settings.stack.to_string() });
        };
        let resources = stacks.resources(stack.id.as_str()).await?;
        let clock = SystemClock::start();
        Ok(Self {
            session,
            opened_ms: clock.now_ms(),
            clock,
            run: format!("v{:011x}", fastrand::u64(..1 << 44)),
            load,
            is_protected: settings.is_protected,
            stack,
            resources,
            folder,
        })
    }

    /// What a resource is called in the account.
    pub(super) fn physical_id(&self, id: &LogicalId) -> Result<&str, Failure> {
        self.found(id.as_str()).ok_or_else(|| Failure::Usage {
            message: format!("the promise names {id}, which the stack does not have"),
            help: "deploy the project again, or correct promise.toml".into(),
        })
    }

    fn found(&self, id: &str) -> Option<&str> {
        let resource = self.resources.iter().find(|resource| resource.logical_id.as_str() == id)?;
        resource.physical_id.as_deref()
    }

    /// The value of a stack output.
    pub(super) fn output(&self, key: &str) -> Result<&str, Failure> {
        self.output_value(key).ok_or_else(|| Failure::Usage {
            message: format!(
                "the promise names the output {key}, which stack {} does not have",
                self.stack.name
            ),
            help: "add it to the template's Outputs and deploy, or correct promise.toml".into(),
        })
    }

    fn output_value(&self, key: &str) -> Option<&str> {
        self.stack.outputs.iter().find(|output| output.key == key).map(|output| output.value.as_str())
    }

    /// A name that stands in an output or is that of a resource.
    pub(super) fn output_or_physical_id(&self, name: &str) -> Result<&str, Failure> {
        match self.output_value(name).or_else(|| self.found(name)) {
            Some(found) => Ok(found),
            None => self.physical_id(&LogicalId::new(name)),
        }
    }

    /// Where the API in an output answers, and a client for it.
    pub(super) fn api(&self, output: &str) -> Result<(String, WebClient), Failure> {
        let endpoint = self.session.endpoint_url().filter(|_| self.session.is_local());
        let url = address::of_api(self.output(output)?, endpoint);
        let client = WebClient::new(&url);
        Ok((url, client))
    }

    /// Where the function with this logical id logs.
    pub(super) async fn log_group(&self, id: &LogicalId) -> Result<String, Failure> {
        let name = FunctionName::new(self.physical_id(id)?);
        Ok(LambdaFunctions::new(self.session).describe(&name, None).await?.log_group)
    }

    /// A file beside the promise.
    pub(super) fn file(&self, below: &str) -> Result<Vec<u8>, Failure> {
        Ok(files::read(&self.folder.join(below))?)
    }

    /// A time that is short on this machine and longer at AWS, where what was written is seen a little later.
    pub(super) fn settling(&self, local: Duration, aws: Duration) -> Duration {
        if self.session.is_local() { local } else { aws }
    }
}
