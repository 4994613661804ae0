use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::*;
use crate::deploy::StackStatus;
use crate::names::{Qualifier, Revision};
use crate::ports::{BucketContents, FunctionKind, FunctionState, Lifecycle};

/// A function at rest.
pub(in crate::commands::deploy) fn state_of(function: &FunctionName) -> FunctionState {
    FunctionState {
        name: function.clone(),
        arn: "arn".into(),
        version: Qualifier::new("$LATEST"),
        description: String::new(),
        revision: Revision::new("1"),
        lifecycle: Lifecycle::Active,
        update: UpdateStatus::Successful,
        reason: None,
        runtime: None,
        kind: FunctionKind::Shared,
        is_image: false,
        architecture: "arm64".into(),
        memory_mb: 128,
        timeout: Duration::from_secs(3),
        has_snap_start: false,
        in_vpc: false,
        code_sha256: String::new(),
        hides_reports: false,
        log_group: String::new(),
    }
}

/// What Lambda does to one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    /// Applies code within this many looks.
    Applies(u32),
    Fails,
    /// Takes the code, and never says so.
    LosesReplies,
    /// Somebody else changes it at the same time.
    IsTaken,
    /// Never gets done.
    Hangs,
}

/// An account with a bucket and functions; the process dies at one of its requests.
struct Account {
    dies_at: Option<u32>,
    requests: Cell<u32>,
    moods: BTreeMap<&'static str, Mood>,
    code: RefCell<BTreeMap<String, String>>,
    looks: RefCell<BTreeMap<String, u32>>,
    note: RefCell<Option<Vec<u8>>>,
    slept: Cell<Duration>,
}

const KILLED: &str = "killed";

impl Account {
    fn new(moods: &[(&'static str, Mood)]) -> Self {
        Self {
            dies_at: None,
            requests: Cell::new(0),
            moods: moods.iter().copied().collect(),
            code: RefCell::default(),
            looks: RefCell::default(),
            note: RefCell::default(),
            slept: Cell::default(),
        }
    }

    /// After the fatal request nothing is answered any more, and nothing happens.
    fn request(&self) -> Result<(), RemoteError> {
        let number = self.requests.get();
        self.requests.set(number + 1);
        if self.dies_at.is_some_and(|last| number >= last) {
            return Err(RemoteError::Denied { operation: KILLED.into(), message: String::new() });
        }
        Ok(())
    }

    fn give(&self, new: &[(&str, &str)]) -> Result<(), Failure> {
        let stack = stack();
        let code = |(id, key): &(&str, &str)| NewCode {
            id: LogicalId::new(*id),
            function: FunctionName::new(*id),
            key: (*key).to_owned(),
            sha256: format!("sha of {key}"),
        };
        let new: Vec<NewCode> = new.iter().map(code).collect();
        let hot = Hot { functions: self, buckets: self, clock: self, bucket: "artifacts", stack: &stack };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(hot.give(&new, self.noted()))
    }

    fn noted(&self) -> Note {
        let stack = stack();
        let text = self.note.borrow();
        text.as_deref().map_or_else(|| Note::about(&stack), |text| Note::read(text, &stack).unwrap())
    }

    /// What later deployments believe of the functions.
    fn believed(&self) -> BTreeMap<String, String> {
        self.noted().keys().into_iter().map(|(id, key)| (id.to_string(), key)).collect()
    }
}

fn stack() -> Stack {
    Stack {
        name: "video".into(),
        id: "arn:aws:cloudformation:eu-west-1:1:stack/video/1".into(),
        status: StackStatus::UpdateComplete,
        reason: None,
        outputs: vec![],
        parameters: vec![],
        tags: vec![],
        created_ms: 1,
        updated_ms: None,
        has_termination_protection: false,
    }
}

impl FunctionCode for Account {
    async fn set(&self, function: &FunctionName, bucket: &str, key: &str) -> Result<(), RemoteError> {
        self.request()?;
        assert_eq!(bucket, "artifacts");
        self.code.borrow_mut().insert(function.to_string(), key.to_owned());
        match self.moods[function.as_str()] {
            Mood::LosesReplies => Err(RemoteError::Unknown {
                operation: "lambda:UpdateFunctionCode".into(),
                message: "".into(),
            }),
            Mood::Applies(_) | Mood::Fails | Mood::IsTaken | Mood::Hangs => Ok(()),
        }
    }

    async fn state(&self, function: &FunctionName) -> Result<FunctionState, RemoteError> {
        self.request()?;
        let mut looks = self.looks.borrow_mut();
        let look = looks.entry(function.to_string()).or_default();
        *look += 1;
        let key = self.code.borrow()[function.as_str()].clone();
        let (update, key) = match self.moods[function.as_str()] {
            Mood::Applies(needed) if *look <= needed => (UpdateStatus::InProgress, key),
            Mood::Hangs => (UpdateStatus::InProgress, key),
            Mood::Applies(_) | Mood::LosesReplies => (UpdateStatus::Successful, key),
            Mood::Fails => (UpdateStatus::Failed, key),
            Mood::IsTaken => (UpdateStatus::Successful, "theirs".to_owned()),
        };
        Ok(FunctionState {
            update,
            reason: (update == UpdateStatus::Failed).then(|| "the image is gone".into()),
            code_sha256: format!("sha of {key}"),
            ..state_of(function)
        })
    }
}

impl Buckets for Account {
    async fn put(&self, _: &str, key: &str, bytes: Vec<u8>, _: Option<&str>) -> Result<(), RemoteError> {
        self.request()?;
        assert_eq!(key, "hot/video.json");
        *self.note.borrow_mut() = Some(bytes);
        Ok(())
    }

    async fn ensure_private(&self, _: &str) -> Result<bool, RemoteError> {
        panic!("nobody asks")
    }

    async fn has(&self, _: &str, _: &str) -> Result<bool, RemoteError> {
        panic!("nobody asks")
    }

    async fn get(&self, _: &str, _: &str) -> Result<Option<Vec<u8>>, RemoteError> {
        panic!("nobody asks")
    }

    async fn contents(&self, _: &str) -> Result<BucketContents, RemoteError> {
        panic!("nobody asks")
    }

    async fn empty(&self, _: &str) -> Result<u64, RemoteError> {
        panic!("nobody asks")
    }
}

impl Clock for Account {
    fn now_ms(&self) -> u64 {
        0
    }

    fn elapsed(&self) -> Duration {
        self.slept.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.slept.set(self.slept.get() + duration);
    }
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, key)| ((*id).to_owned(), (*key).to_owned())).collect()
}

#[test]
fn every_function_is_followed_until_it_has_its_code() {
    let account = Account::new(&[("F", Mood::Applies(3)), ("G", Mood::LosesReplies)]);
    account.give(&[("F", "2"), ("G", "7")]).unwrap();
    assert_eq!(account.believed(), map(&[("F", "2"), ("G", "7")]));
    assert_eq!(*account.code.borrow(), map(&[("F", "2"), ("G", "7")]));
    assert!(account.slept.get() < Duration::from_secs(1), "{:?}", account.slept);
}

#[test]
fn what_lambda_does_not_apply_is_an_error_and_believed_by_nobody() {
    let told = |mood| {
        let account = Account::new(&[("F", mood), ("G", Mood::Applies(0))]);
        let error = account.give(&[("F", "2"), ("G", "7")]).unwrap_err();
        assert_eq!(account.believed(), map(&[("F", ""), ("G", "7")]), "{error}");
        assert_eq!(error.exit(), crate::exit::Exit::NeedsRecovery);
        error.to_string()
    };
    assert_eq!(told(Mood::Fails), "F: Lambda did not apply the new code: the image is gone");
    assert!(told(Mood::IsTaken).contains("somebody else changed it"));
    assert!(told(Mood::Hangs).contains("within five minutes"));
}

#[test]
fn killed_between_any_two_requests_nothing_old_is_taken_for_new() {
    let new = [("F", "2"), ("G", "7")];
    let whole = Account::new(&[("F", Mood::Applies(1)), ("G", Mood::Applies(1))]);
    whole.give(&new).unwrap();
    assert!(whole.requests.get() >= 8, "{:?}", whole.requests);
    for last in 0..whole.requests.get() {
        let mut account = Account::new(&[("F", Mood::Applies(1)), ("G", Mood::Applies(1))]);
        account.dies_at = Some(last);
        account.give(&new).unwrap_err();
        for (id, key) in account.believed().into_iter().filter(|(_, key)| !key.is_empty()) {
            assert_eq!(account.code.borrow()[&id], key, "after {last} requests");
        }
        // A function that has new code is in the note, known or not: without it, the template would be believed.
        for id in account.code.borrow().keys() {
            assert!(account.believed().contains_key(id), "{id} after {last} requests");
        }
        account.dies_at = None;
        account.give(&new).unwrap();
        assert_eq!(account.believed(), map(&new));
    }
}
