//! StackSets that keep their word with stacks of local AWS: one region after the other, and none after a failure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::http::{cloudformation_in, form};
use crate::relay::Answer;

type Form = BTreeMap<String, String>;

/// One stack set, if there is one.
pub(super) struct StackSets {
    endpoint: String,
    /// The request that made it what it is.
    content: Option<Form>,
    sites: BTreeSet<(String, String)>,
    /// Id, action and results; looked at once, it is over.
    operations: Vec<Operation>,
    /// Somebody else is at work.
    pub(super) is_busy: bool,
}

struct Operation {
    id: String,
    results: Vec<(String, String, &'static str, String)>,
    looks: u32,
}

impl StackSets {
    pub(super) const fn new(endpoint: String) -> Self {
        Self { endpoint, content: None, sites: BTreeSet::new(), operations: Vec::new(), is_busy: false }
    }

    pub(super) fn is_gone(&self) -> bool {
        self.content.is_none() && self.sites.is_empty()
    }

    /// An output of the stack in a region.
    pub(super) fn output(&self, region: &str, _key: &str) -> String {
        let (_, text) = self.call(region, "DescribeStacks", &[("StackName", &stack_name(region))]);
        between(&text, "<OutputValue>", "</OutputValue>").to_owned()
    }

    pub(super) fn answer(&mut self, head: &str, body: &str) -> Answer {
        if !head.contains("/cloudformation/aws4_request") {
            return Answer::PassOn;
        }
        let form = form(body);
        let action = form["Action"].clone();
        let body = match action.as_str() {
            "DescribeStackSet" | "ListStackSetOperations" | "ListStackInstances"
                if self.content.is_none() =>
            {
                let error = "<Code>StackSetNotFoundException</Code><Message>StackSet not found</Message>";
                return Answer::Say(404, format!("<ErrorResponse><Error>{error}</Error></ErrorResponse>"));
            }
            "CreateStackSet" => {
                self.content = Some(form);
                "<StackSetId>set</StackSetId>".to_owned()
            }
            "DescribeStackSet" => self.describe(),
            "ListStackInstances" => self.instances(),
            "UpdateStackSet" => {
                self.content = Some(form.clone());
                let sites = self.sites.clone();
                self.operate(&form["OperationId"], &sites, "UpdateStack")
            }
            "CreateStackInstances" => {
                let sites = sites_of(&form);
                self.sites.extend(sites.clone());
                self.operate(&form["OperationId"], &sites, "CreateStack")
            }
            "DeleteStackInstances" => {
                let sites = sites_of(&form);
                self.sites.retain(|site| !sites.contains(site));
                self.operate(&form["OperationId"], &sites, "DeleteStack")
            }
            "DeleteStackSet" => {
                assert!(self.sites.is_empty(), "a stack set with stacks cannot be deleted");
                self.content = None;
                String::new()
            }
            "ListStackSetOperations" => self.operations(),
            "ListStackSetOperationResults" => self.results(&form["OperationId"]),
            _ => return Answer::PassOn,
        };
        Answer::Say(
            200,
            format!("<{action}Response><{action}Result>{body}</{action}Result></{action}Response>"),
        )
    }

    fn describe(&self) -> String {
        let content = self.content.as_ref().unwrap();
        let escaped = content["TemplateBody"].replace('&', "&amp;").replace('<', "&lt;");
        let tags: String = (1..)
            .map_while(|index| Some((content.get(&format!("Tags.member.{index}.Key"))?, index)))
            .map(|(key, index)| {
                let value = &content[&format!("Tags.member.{index}.Value")];
                format!("<member><Key>{key}</Key><Value>{value}</Value></member>")
            })
            .collect();
        format!("<StackSet><TemplateBody>{escaped}</TemplateBody><Tags>{tags}</Tags></StackSet>")
    }

    fn instances(&self) -> String {
        let one = |(account, region): &(String, String)| {
            format!("<member><Account>{account}</Account><Region>{region}</Region></member>")
        };
        format!("<Summaries>{}</Summaries>", self.sites.iter().map(one).collect::<String>())
    }

    fn operations(&mut self) -> String {
        let mut text = String::new();
        for operation in self.operations.iter_mut().rev() {
            operation.looks += 1;
            let has_failed = operation.results.iter().any(|(_, _, status, _)| *status != "SUCCEEDED");
            let status = match (operation.looks, has_failed) {
                (1, _) => "RUNNING",
                (_, true) => "FAILED",
                (_, false) => "SUCCEEDED",
            };
            let id = &operation.id;
            text.push_str(&format!(
                "<member><OperationId>{id}</OperationId><Status>{status}</Status></member>"
            ));
        }
        if self.is_busy {
            text.push_str("<member><OperationId>console-1</OperationId><Status>RUNNING</Status></member>");
        }
        format!("<Summaries>{text}</Summaries>")
    }

    fn results(&self, id: &str) -> String {
        let operation = self.operations.iter().find(|operation| operation.id == id).unwrap();
        let one = |(account, region, status, reason): &(String, String, &str, String)| {
            format!(
                "<member><Account>{account}</Account><Region>{region}</Region><Status>{status}</Status>\
                 <StatusReason>{reason}</StatusReason></member>"
            )
        };
        format!("<Summaries>{}</Summaries>", operation.results.iter().map(one).collect::<String>())
    }

    fn operate(&mut self, id: &str, sites: &BTreeSet<(String, String)>, action: &str) -> String {
        let mut has_failed = false;
        let mut results = Vec::new();
        for (account, region) in sites {
            let (status, reason) =
                if has_failed { ("CANCELLED", String::new()) } else { self.act(region, action) };
            has_failed |= status == "FAILED";
            results.push((account.clone(), region.clone(), status, reason));
        }
        self.operations.push(Operation { id: id.to_owned(), results, looks: 0 });
        format!("<OperationId>{id}</OperationId>")
    }

    /// Makes, changes or deletes the stack in a region, and waits until that is done.
    fn act(&self, region: &str, action: &str) -> (&'static str, String) {
        let name = stack_name(region);
        let mut parameters = vec![("StackName", name.as_str())];
        if action != "DeleteStack" {
            parameters.push(("TemplateBody", &self.content.as_ref().unwrap()["TemplateBody"]));
            parameters.push(("Capabilities.member.1", "CAPABILITY_IAM"));
            parameters.push(("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND"));
        }
        let (_, reply) = self.call(region, action, &parameters);
        for _ in 0..200 {
            let (code, text) = self.call(region, "DescribeStacks", &[("StackName", &name)]);
            let status = between(&text, "<StackStatus>", "</StackStatus>");
            if code != 200 || !status.ends_with("IN_PROGRESS") {
                let is_well = match action {
                    "DeleteStack" => code != 200,
                    _ => matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE"),
                };
                let reason = format!("{status} {}", between(&reply, "<Message>", "</Message>"));
                return if is_well { ("SUCCEEDED", String::new()) } else { ("FAILED", reason) };
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        ("FAILED", "it takes too long".to_owned())
    }

    fn call(&self, region: &str, action: &str, parameters: &[(&str, &str)]) -> (u16, String) {
        cloudformation_in(&self.endpoint, region, action, parameters)
    }
}

fn sites_of(form: &Form) -> BTreeSet<(String, String)> {
    let all = |name: &str| -> Vec<String> {
        (1..).map_while(|index| form.get(&format!("{name}.member.{index}")).cloned()).collect()
    };
    let (accounts, regions) = (all("Accounts"), all("Regions"));
    accounts
        .iter()
        .flat_map(|account| regions.iter().map(|region| (account.clone(), region.clone())))
        .collect()
}

fn stack_name(region: &str) -> String {
    format!("StackSet-reach-{region}")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(found, _)| found)
}
