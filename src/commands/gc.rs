//! `slsx gc`: removes from the artifact bucket what nothing refers to, and nothing that cannot be told.

use std::collections::BTreeSet;

use super::consent::{Consent, ask};
use super::deploy::{place, show};
use super::{Context, Failure, Project, runtime};
use crate::aws::buckets::S3Buckets;
use crate::aws::inventory::Account;
use crate::aws::session::Session;
use crate::cli::{Format, GcArgs};
use crate::deploy::StackStatus;
use crate::deploy::garbage::{
    Garbage, References, SWEEP_KEY, SWEEP_LIMIT_MS, Sweep, deployed_key, sort_out, to_be_read,
};
use crate::exit::Exit;
use crate::host::clock::now_ms;
use crate::ports::{Buckets, Inventory, RemoteError};
use crate::render::gc as render;

/// Removes what nothing refers to.
///
/// # Errors
/// When something that may refer to artifacts is busy or cannot be read, consent is missing, or AWS refuses.
pub fn run(args: &GcArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let collector = Collector {
            account: &Account::new(&session),
            buckets: &S3Buckets::new(&session),
            bucket: session.artifact_bucket(),
        };
        let place = place(&project.settings.stack, &session);
        let shown = collector.look().await?;
        let mut report =
            render::Report { place: &place, bucket: &collector.bucket, garbage: &shown, is_removed: false };
        let is_given = args.yes || session.is_own_local_aws();
        let will_ask = !is_given && !args.dry_run;
        show::plan(context, args.format, will_ask, |out, style| render::human(out, style, &report))?;
        let is_wanted = !args.dry_run
            && !shown.removed.is_empty()
            && ask(context, is_given, "removing artifacts", "Remove them?")? == Consent::Given;
        let removed = if is_wanted { Some(collector.sweep(&shown, &session).await?) } else { None };
        if let Some(garbage) = &removed {
            report = render::Report { garbage, is_removed: true, ..report };
        }
        show::result(context, |out, style| match args.format {
            Format::Human => render::outcome(out, style, &report),
            Format::Json => render::json(out, &report),
        })?;
        Ok(Exit::Done)
    })
}

/// Whether CloudFormation goes back to no other template by itself or by `recover`.
fn is_settled(status: &StackStatus) -> bool {
    let is_paused = matches!(status, StackStatus::UpdateFailed | StackStatus::UpdateRollbackFailed);
    // A stack under review has change sets only, which are asked for.
    *status == StackStatus::ReviewInProgress || !status.is_running() && !is_paused
}

/// The account and its bucket.
struct Collector<'a, I, B> {
    account: &'a I,
    buckets: &'a B,
    bucket: String,
}

impl<I: Inventory, B: Buckets> Collector<'_, I, B> {
    /// Parts what is in the bucket; changes nothing.
    async fn look(&self) -> Result<Garbage, Failure> {
        // The content first: what is uploaded while the references are read is not in it.
        let Some(content) = self.account.versions(&self.bucket).await? else { return Ok(Garbage::default()) };
        let mut references = self.references().await?;
        let mut read: BTreeSet<String> = BTreeSet::new();
        loop {
            let garbage = sort_out(&content, &references);
            let unread: Vec<String> = to_be_read(&garbage)
                .into_iter()
                .filter(|key| !read.contains(*key))
                .map(str::to_owned)
                .collect();
            if unread.is_empty() {
                return Ok(garbage);
            }
            for key in unread {
                let text = self.buckets.get(&self.bucket, &key).await?.unwrap_or_default();
                references.mentioned_in(&String::from_utf8_lossy(&text));
                read.insert(key);
            }
        }
    }

    /// What stacks, change sets, StackSets and functions refer to.
    async fn references(&self) -> Result<References, Failure> {
        let mut references = References::default();
        for stack in self.account.stacks().await? {
            let template = self.account.template(&stack.name).await?.unwrap_or_default();
            references.mentioned_in(&template);
            let is_ours = template.contains(&self.bucket)
                || self.buckets.has(&self.bucket, &deployed_key(&stack.name)).await?;
            if is_ours && !is_settled(&stack.status) {
                return Err(Failure::Remote(RemoteError::Busy {
                    operation: "slsx gc".into(),
                    message: format!(
                        "{} is {}: what it may go back to is known when that has ended; nothing was removed",
                        stack.name, stack.status
                    ),
                }));
            }
            for template in self.account.change_set_templates(&stack.name).await? {
                references.mentioned_in(&template);
            }
            references.stacks.insert(stack.name);
        }
        for template in self.account.stack_set_templates().await? {
            references.mentioned_in(&template);
        }
        references.digests.extend(self.account.code_digests().await?);
        Ok(references)
    }

    /// Removes what was shown, as far as it is garbage still. Deployments are told first, then everything is looked at
    /// again.
    async fn sweep(&self, shown: &Garbage, session: &Session) -> Result<Garbage, Failure> {
        let began_ms = now_ms();
        let id = format!("{}-{:016x}", session.identity().account, fastrand::u64(..));
        let sweep = Sweep::begin(id, began_ms);
        self.note(&sweep).await?;
        let result = self.remove(shown, began_ms).await;
        self.note(&sweep.end()).await?;
        result
    }

    async fn remove(&self, shown: &Garbage, began_ms: u64) -> Result<Garbage, Failure> {
        let mut garbage = self.look().await?.also_in(shown);
        let mut removed = std::mem::take(&mut garbage.removed).into_iter();
        for (key, versions) in removed.by_ref() {
            if now_ms().saturating_sub(began_ms) >= SWEEP_LIMIT_MS {
                break;
            }
            self.account.remove(&self.bucket, &versions).await?;
            garbage.removed.insert(key, versions);
        }
        Ok(garbage)
    }

    async fn note(&self, sweep: &Sweep) -> Result<(), RemoteError> {
        self.buckets.put(&self.bucket, SWEEP_KEY, sweep.text(), Some("application/json")).await
    }
}
