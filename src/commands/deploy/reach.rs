//! `slsx deploy --all-regions` and `--accounts`: the project as a stack set, in every region and account of the stage.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::artifacts::{Prepared, template_key};
use super::prepare::{Aim, prepare};
use super::request::STAGE;
use super::show;
use super::source::Source;
use crate::aws::buckets::S3Buckets;
use crate::aws::session::Session;
use crate::aws::stack_sets::CloudFormationStackSets;
use crate::cli::{DeployArgs, DestroyArgs, StreamFormat};
use crate::commands::consent::{Consent, ask, ask_for_name};
use crate::commands::{Context, Failure, Project, runtime};
use crate::config::Settings;
use crate::deploy::garbage::{Deployed, reach_key};
use crate::deploy::reach::{Content, ReachPlan, ReachReport, Site, SiteResult, SiteStatus, batches, plan};
use crate::exit::Exit;
use crate::host::clock::SystemClock;
use crate::package::Store;
use crate::package::limits::TEMPLATE_BODY_BYTES;
use crate::ports::{Buckets, Clock, RemoteError, StackSets};
use crate::render::reach as render;

/// How often to ask: operations on stack sets take minutes.
const PAUSE: Duration = Duration::from_secs(5);
const PAUSE_LOCAL: Duration = Duration::from_millis(200);

/// Deploys to every site that the arguments and the stage name.
///
/// # Errors
/// When the project cannot be built, consent is missing, AWS refuses, or another operation is in progress.
pub(super) fn run(args: &DeployArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &args.parameters)?;
    let source = Source::read(&project)?;
    let report = runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let wanted = sites(args, &project.settings, &session)?;
        let prepared = prepare(&source, &Aim::of(&session, &args.on.target, context), context).await?;
        let reach = Reach::new(&project.settings, &session);
        reach.deploy(args, &prepared, &wanted, &session, context).await
    })?;
    finish(args.format, &report, context)
}

/// Deletes the stacks at all sites, and the stack set.
///
/// # Errors
/// When consent is missing, AWS refuses, or another operation is in progress.
pub(in crate::commands) fn destroy(args: &DestroyArgs, context: &mut Context) -> Result<Exit, Failure> {
    let project = Project::of(context, &args.on, &[])?;
    let report = runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        Reach::new(&project.settings, &session).destroy(args, &session, context).await
    })?;
    finish(args.format, &report, context)
}

fn finish(format: StreamFormat, report: &ReachReport, context: &mut Context) -> Result<Exit, Failure> {
    show::result(context, |out, style| match format {
        StreamFormat::Human => render::outcome(out, style, report),
        StreamFormat::Json | StreamFormat::Ndjson => render::json(out, report),
    })?;
    // Where it went well, the stacks are new; where it did not, they are as before.
    Ok(if report.has_failed() { Exit::NeedsRecovery } else { Exit::Done })
}

/// All accounts in all regions: those of the arguments, or of the stage, or where we are.
fn sites(args: &DeployArgs, settings: &Settings, session: &Session) -> Result<BTreeSet<Site>, Failure> {
    let own = session.identity();
    let first_of = |given: &[String], listed: &[String], own: &str| {
        [given, listed]
            .into_iter()
            .find(|list| !list.is_empty())
            .map_or_else(|| vec![own.to_owned()], <[String]>::to_vec)
    };
    let regions = if args.all_regions {
        if settings.regions.is_empty() {
            return Err(Failure::Usage {
                message: format!("stage {} lists no regions", settings.stage),
                help: format!(
                    "write them into slsx.toml: [stage.{}] regions = [\"eu-west-1\", \"us-east-1\"]",
                    settings.stage
                ),
            });
        }
        settings.regions.clone()
    } else {
        vec![own.region.clone()]
    };
    let accounts = first_of(&args.accounts, &settings.accounts, &own.account);
    let site = |account: &String, region: &String| Site { account: account.clone(), region: region.clone() };
    Ok(accounts.iter().flat_map(|account| regions.iter().map(move |region| site(account, region))).collect())
}

/// A stack set and how to reach it.
struct Reach<'a> {
    settings: &'a Settings,
    sets: CloudFormationStackSets,
    name: &'a str,
    is_own: bool,
    pause: Duration,
}

impl<'a> Reach<'a> {
    fn new(settings: &'a Settings, session: &Session) -> Self {
        Self {
            settings,
            sets: CloudFormationStackSets::new(session),
            name: settings.stack.as_str(),
            is_own: session.is_own_local_aws() && !settings.is_protected,
            pause: if session.is_local() { PAUSE_LOCAL } else { PAUSE },
        }
    }

    async fn deploy(
        &self,
        args: &DeployArgs,
        prepared: &Prepared<'_>,
        wanted: &BTreeSet<Site>,
        session: &Session,
        context: &mut Context,
    ) -> Result<ReachReport, Failure> {
        self.nothing_runs(context).await?;
        let prefix = format!("slsx-artifacts-{}-", session.identity().account);
        let store = Store::Regions { prefix };
        let content = self.content(prepared.template(&store)?);
        let existing = self.sets.describe(self.name).await?;
        let there = if existing.is_some() { self.sets.sites(self.name).await? } else { BTreeSet::new() };
        let todo = plan(existing.as_ref(), &there, &content, wanted);
        show::plan(context, args.format.plain(), !args.yes && !args.dry_run, |out, style| {
            render::plan(out, style, self.name, &todo)
        })?;
        let mut report = ReachReport {
            name: self.name.to_owned(),
            plan: todo.clone(),
            was_executed: false,
            results: Vec::new(),
        };
        let what = format!("deploying stack set {}", self.name);
        if todo.is_empty()
            || args.dry_run
            || ask(context, args.yes || self.is_own, &what, "Deploy?")? == Consent::Refused
        {
            return Ok(report);
        }
        let sites: BTreeSet<Site> =
            todo.added.iter().chain(&todo.kept).chain(&todo.others).cloned().collect();
        self.upload(prepared, &store, &content, &sites, session, context).await?;
        let url = self.url_of(&content, session).await?;
        report.was_executed = true;
        report.results = self.execute(&todo, &content, url.as_deref(), context).await?;
        Ok(report)
    }

    fn content(&self, template: String) -> Content {
        let mut tags = self.settings.tags.clone();
        tags.insert(STAGE.to_owned(), self.settings.stage.to_string());
        Content { template, parameters: self.settings.parameters.clone(), tags }
    }

    /// Another operation must not be waited for blindly: nobody knows what it is about to do.
    async fn nothing_runs(&self, context: &mut Context) -> Result<(), Failure> {
        let operations = match self.sets.operations(self.name).await {
            Ok(operations) => operations,
            // There is no such stack set yet.
            Err(RemoteError::NotFound { .. } | RemoteError::Rejected { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Some(running) = operations.into_iter().find(|operation| !operation.status.is_over()) else {
            return Ok(());
        };
        if running.id.starts_with("slsx-") {
            context.say("An earlier deployment is still at work: following it to its end first.");
            self.follow(&running.id, context).await?;
            return Ok(());
        }
        Err(Failure::Remote(RemoteError::Busy {
            operation: "cloudformation:UpdateStackSet".into(),
            message: format!("operation {} on {} is {}", running.id, self.name, running.status),
        }))
    }

    /// Lambda takes code from a bucket of its own region, so each region gets all of it.
    async fn upload(
        &self,
        prepared: &Prepared<'_>,
        store: &Store,
        content: &Content,
        sites: &BTreeSet<Site>,
        session: &Session,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let own = &session.identity().account;
        let mut accounts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for site in sites {
            accounts.entry(&site.region).or_default().insert(&site.account);
        }
        let mut keys: Vec<String> = prepared.contents(store)?.into_keys().collect();
        keys.push(template_key(&content.template));
        for (region, accounts) in accounts {
            let regional = session.in_region(region);
            let buckets = S3Buckets::new(&regional);
            let bucket = format!("slsx-artifacts-{own}-{region}");
            buckets.ensure_private(&bucket).await?;
            let others: Vec<&str> = accounts.into_iter().filter(|account| account != own).collect();
            if !others.is_empty() {
                buckets.share(&bucket, &others).await?;
            }
            // Noted before anything refers to it: other accounts cannot be asked what they use.
            let note_key = reach_key(self.name);
            let note = Deployed::after(buckets.get(&bucket, &note_key).await?.as_deref(), keys.clone());
            buckets.put(&bucket, &note_key, note.text(), Some("application/json")).await?;
            let uploaded = prepared.upload_to(&buckets, &bucket, store).await?;
            context.say(&format!("{region}: {uploaded} of {} packages uploaded.", keys.len() - 1));
        }
        Ok(())
    }

    /// A long template is handed over through the bucket where the stack set is.
    async fn url_of(&self, content: &Content, session: &Session) -> Result<Option<String>, Failure> {
        if content.template.len() <= TEMPLATE_BODY_BYTES {
            return Ok(None);
        }
        let store = super::artifacts::store(session);
        let Store::Bucket { name, address } = &store else { return Ok(None) };
        let buckets = S3Buckets::new(session);
        buckets.ensure_private(name).await?;
        let key = template_key(&content.template);
        buckets.put(name, &key, content.template.clone().into_bytes(), None).await?;
        Ok(Some(format!("{address}/{key}")))
    }

    /// Content first, so that new sites get the new one at once.
    async fn execute(
        &self,
        todo: &ReachPlan,
        content: &Content,
        url: Option<&str>,
        context: &mut Context,
    ) -> Result<Vec<SiteResult>, Failure> {
        let mut results = Vec::new();
        if todo.is_new {
            self.sets.create(self.name, content, url, &fresh_id()).await?;
        } else if todo.is_update {
            let id = fresh_id();
            self.sets.update(self.name, content, url, &id).await?;
            results.extend(self.follow(&id, context).await?);
        }
        for (accounts, regions) in batches(&todo.added) {
            if results.iter().any(|result| result.status != SiteStatus::Succeeded) {
                break;
            }
            let id = fresh_id();
            self.sets.add(self.name, &accounts, &regions, &id).await?;
            results.extend(self.follow(&id, context).await?);
        }
        Ok(results)
    }

    async fn destroy(
        &self,
        args: &DestroyArgs,
        session: &Session,
        context: &mut Context,
    ) -> Result<ReachReport, Failure> {
        let mut report = ReachReport {
            name: self.name.to_owned(),
            plan: ReachPlan::default(),
            was_executed: false,
            results: Vec::new(),
        };
        if self.sets.describe(self.name).await?.is_none() {
            return Ok(report);
        }
        self.nothing_runs(context).await?;
        report.plan.others = self.sets.sites(self.name).await?;
        show::plan(context, args.format.plain(), !args.yes, |out, style| {
            render::deletion(out, style, self.name, &report.plan.others)
        })?;
        let what = format!("deleting stack set {} and its stacks", self.name);
        if ask_for_name(context, args.yes || self.is_own, &what, self.name)? == Consent::Refused {
            return Ok(report);
        }
        report.was_executed = true;
        for (accounts, regions) in batches(&report.plan.others) {
            let id = fresh_id();
            self.sets.remove(self.name, &accounts, &regions, &id).await?;
            report.results.extend(self.follow(&id, context).await?);
        }
        if !report.has_failed() {
            self.sets.delete(self.name).await?;
            self.forget(&report.plan.others, session).await?;
        }
        Ok(report)
    }

    /// What was kept for the stacks of other accounts is garbage now.
    async fn forget(&self, sites: &BTreeSet<Site>, session: &Session) -> Result<(), Failure> {
        let regions: BTreeSet<&str> = sites.iter().map(|site| site.region.as_str()).collect();
        for region in regions {
            let bucket = format!("slsx-artifacts-{}-{region}", session.identity().account);
            let note = Deployed::after(None, []);
            let buckets = S3Buckets::new(&session.in_region(region));
            buckets.put(&bucket, &reach_key(self.name), note.text(), Some("application/json")).await?;
        }
        Ok(())
    }

    /// Follows an operation to its end; each site is told when its status changes.
    async fn follow(&self, id: &str, context: &mut Context) -> Result<Vec<SiteResult>, Failure> {
        let clock = SystemClock::start();
        let mut told: BTreeMap<Site, SiteStatus> = BTreeMap::new();
        loop {
            let operations = self.sets.operations(self.name).await?;
            let status =
                operations.into_iter().find(|operation| operation.id == id).map(|found| found.status);
            let results = self.sets.results(self.name, id).await?;
            for result in &results {
                if told.insert(result.site.clone(), result.status.clone()).as_ref() != Some(&result.status) {
                    context.say(&render::site(result));
                }
            }
            if status.is_some_and(|status| status.is_over()) {
                return Ok(results);
            }
            clock.sleep(self.pause).await;
        }
    }
}

fn fresh_id() -> String {
    format!("slsx-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
}
