//! The real adapter and the real following against a CloudFormation over HTTP that plays scripts. Its clock is virtual:
//! an operation of half an hour takes moments, and every wait between requests is the one that AWS would see.

mod endpoint;
mod following;
mod script;
mod trouble;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use slsx::aws::session::{Session, Target as Aws};
use slsx::aws::stacks::CloudFormationStacks;
use slsx::commands::deploy::stack::{News, StackError, Target};
use slsx::commands::follow::{Ended, Pace};
use slsx::deploy::ChangeSetKind;
use slsx::names::StackName;
use slsx::ports::Clock;

use endpoint::Endpoint;
use script::{Play, STACK_ID};

/// A clock that only sleeping moves; the endpoint reads it too.
struct Virtual {
    ms: Arc<AtomicU64>,
    limit: Cell<u64>,
}

impl Clock for Virtual {
    fn now_ms(&self) -> u64 {
        self.ms.load(Ordering::SeqCst)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.now_ms())
    }

    async fn sleep(&self, duration: Duration) {
        let slept = u64::try_from(duration.as_millis()).unwrap();
        let now = self.ms.fetch_add(slept, Ordering::SeqCst) + slept;
        assert!(now < self.limit.get(), "it waits for ever");
    }
}

/// What was seen of an operation, and what it cost.
struct Watched {
    ended: Result<Ended, StackError>,
    /// Logical ids and statuses, as they were told.
    told: Vec<String>,
    requests: Vec<String>,
    virtual_ms: u64,
    diagnosis: Option<slsx::deploy::diagnosis::Diagnosis>,
}

impl Watched {
    fn count(&self, action: &str) -> usize {
        self.requests.iter().filter(|request| *request == action).count()
    }

    #[track_caller]
    fn outcome(&self) -> slsx::deploy::state_machine::Outcome {
        self.ended.as_ref().unwrap().outcome
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Opens the real adapter on an endpoint that plays this, and lets `work` use it at AWS's pace.
fn playing<T>(
    play: Play,
    work: impl AsyncFnOnce(&Target<'_, CloudFormationStacks, Virtual>, &mut dyn FnMut(News<'_>)) -> T,
) -> (T, Vec<String>, Vec<String>, u64) {
    let endpoint = Endpoint::start(play);
    let clock = Virtual { ms: endpoint.clock(), limit: Cell::new(4 * 60 * 60 * 1000) };
    let mut told = Vec::new();
    let result = block_on(async {
        let aws = Aws {
            endpoint_url: Some(endpoint.url().to_owned()),
            region: Some("eu-west-1".into()),
            local_instance: Some("scripted".into()),
            profile: None,
        };
        let stacks = CloudFormationStacks::new(&Session::open(&aws).await.unwrap());
        let name = StackName::new("video");
        let target = Target {
            stacks: &stacks,
            clock: &clock,
            name: &name,
            token: "slsx-ours",
            pace: Pace::of(false),
            is_protected: false,
            may_delete: true,
        };
        let mut tell = |news: News<'_>| {
            if let News::Event(event, _) = news {
                told.push(format!("{} {}", event.logical_id, event.status));
            }
        };
        work(&target, &mut tell).await
    });
    let requests = endpoint.requests();
    (result, told, requests, clock.now_ms())
}

/// Executes the play's change set and follows it to its end.
fn watch(play: Play, kind: ChangeSetKind) -> Watched {
    let ((ended, diagnosis), told, requests, virtual_ms) = playing(play, async |target, tell| {
        let change_set = target.stacks_change_set().await;
        let ended = match target.start(&change_set, kind).await {
            Ok(operated) => target.follow(&operated, tell).await,
            Err(error) => Err(error),
        };
        let diagnosis = match &ended {
            Ok(ended) => ended.diagnosis(target.stacks).await,
            Err(_) => None,
        };
        (ended, diagnosis)
    });
    Watched { ended, told, requests, virtual_ms, diagnosis }
}

/// The change set that every play has.
trait HasChangeSet {
    async fn stacks_change_set(&self) -> slsx::deploy::ChangeSet;
}

impl HasChangeSet for Target<'_, CloudFormationStacks, Virtual> {
    async fn stacks_change_set(&self) -> slsx::deploy::ChangeSet {
        use slsx::ports::Stacks as _;
        self.stacks.describe_change_set(STACK_ID, "slsx-ours").await.unwrap().unwrap()
    }
}
