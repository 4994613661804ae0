//! CloudFormation's Query protocol over HTTP: forms in, XML out, state from a play and a virtual clock.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::script::{Event, Fault, Play, STACK_ID};
use crate::http::form;

/// A running endpoint; it ends with the process.
pub(super) struct Endpoint {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<AtomicU64>,
    state: Mutex<State>,
}

struct State {
    play: Play,
    requests: Vec<String>,
    /// When the change set was executed, and with which token.
    executed: Option<(u64, String)>,
    executions: usize,
}

type Form = BTreeMap<String, String>;

impl Endpoint {
    pub(super) fn start(play: Play) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // An operation that was under way before has been since the beginning.
        let executed = play.token.map(|token| (0, token.to_owned()));
        let state = State { play, requests: Vec::new(), executed, executions: 0 };
        let shared = Arc::new(Shared { clock: Arc::new(AtomicU64::new(0)), state: Mutex::new(state) });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || serve(&stream.unwrap(), &shared));
            }
        });
        Self { url, shared }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn clock(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.shared.clock)
    }

    /// The actions that were asked for, in order.
    pub(super) fn requests(&self) -> Vec<String> {
        self.shared.state.lock().unwrap().requests.clone()
    }
}

fn serve(stream: &TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let form = form(&String::from_utf8(body).unwrap());
        let now = shared.clock.load(Ordering::SeqCst);
        let Some((status, text)) = shared.state.lock().unwrap().answer(&form, now) else { return };
        let length = text.len();
        // In one piece: the second of two would wait for the receipt of the first.
        let reply = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n{text}"
        );
        (&mut &*stream).write_all(reply.as_bytes()).unwrap();
    }
}

impl State {
    /// Status and body; none closes the connection.
    fn answer(&mut self, form: &Form, now: u64) -> Option<(u16, String)> {
        let action = form["Action"].as_str();
        self.requests.push(action.to_owned());
        // Times in a play begin with the execution, and before that with the first request.
        let since = now - self.executed.as_ref().map_or(0, |(at, _)| *at);
        let has_begun = self.executed.is_some();
        let due = |(of, at, _): &(&str, u64, Fault)| *of == action && has_begun && *at <= since;
        if let Some(index) = self.play.faults.iter().position(due) {
            return match self.play.faults.remove(index).unwrap().2 {
                Fault::Code(code) => Some(error(code, "as the script says")),
                Fault::Cut => None,
            };
        }
        let body = match action {
            "GetCallerIdentity" => {
                "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>a</UserId>"
                    .to_owned()
            }
            "DescribeStacks" => match self.status(since, has_begun) {
                Some(status) => stack(status),
                None => return Some(error("ValidationError", "Stack with id video does not exist")),
            },
            "DescribeStackEvents" => self.events(form, since, has_begun),
            "DescribeEvents" => match &self.play.problems {
                None => {
                    return Some(error(
                        "AccessDenied",
                        "not authorized to perform: cloudformation:DescribeEvents",
                    ));
                }
                Some(problems) => operation_events(problems),
            },
            "ListStackResources" => "<StackResourceSummaries/>".to_owned(),
            "CreateChangeSet" => "<Id>arn:change-set</Id>".to_owned(),
            "DescribeChangeSet" => self.change_set(),
            "ExecuteChangeSet" => {
                self.executions += 1;
                assert_eq!(self.executions, 1, "a change set is executed once");
                self.executed = Some((now, form["ClientRequestToken"].clone()));
                String::new()
            }
            "DeleteChangeSet" | "CancelUpdateStack" => String::new(),
            other => panic!("the script has no {other}"),
        };
        Some((200, format!("<{action}Response><{action}Result>{body}</{action}Result></{action}Response>")))
    }

    fn status(&self, since: u64, has_begun: bool) -> Option<&'static str> {
        if !has_begun {
            return Some("UPDATE_COMPLETE");
        }
        self.play.statuses.iter().rfind(|(at, _)| *at <= since).and_then(|(_, status)| *status)
    }

    fn change_set(&mut self) -> String {
        let looks = &mut self.play.change_set;
        let (status, reason) = if looks.len() > 1 {
            looks.pop_front().unwrap()
        } else {
            looks.front().copied().unwrap_or(("CREATE_COMPLETE", ""))
        };
        format!(
            "<ChangeSetName>slsx-ours</ChangeSetName><ChangeSetId>arn:change-set</ChangeSetId>\
             <Status>{status}</Status><StatusReason>{reason}</StatusReason>\
             <ExecutionStatus>AVAILABLE</ExecutionStatus><Changes/>"
        )
    }

    /// Newest first, in pages, as AWS lists them.
    fn events(&self, form: &Form, since: u64, has_begun: bool) -> String {
        let Some((_, token)) = self.executed.as_ref().filter(|_| has_begun) else {
            return "<StackEvents/>".to_owned();
        };
        let wanted = form["StackName"].as_str();
        let is_wanted =
            |event: &&Event| event.readable_at <= since && (wanted == event.stack || wanted == "video");
        let mut readable: Vec<&Event> = self.play.events.iter().filter(is_wanted).collect();
        readable.reverse();
        let from: usize = form.get("NextToken").map_or(0, |token| token.parse().unwrap());
        let page: String =
            readable.iter().skip(from).take(self.play.page).map(|event| event_xml(event, token)).collect();
        let next = from + self.play.page;
        let more =
            if next < readable.len() { format!("<NextToken>{next}</NextToken>") } else { String::new() };
        format!("<StackEvents>{page}</StackEvents>{more}")
    }
}

fn stack(status: &str) -> String {
    format!(
        "<Stacks><member><StackName>video</StackName><StackId>{STACK_ID}</StackId>\
         <CreationTime>{}</CreationTime><StackStatus>{status}</StackStatus></member></Stacks>",
        time(0)
    )
}

fn event_xml(event: &Event, token: &str) -> String {
    let Event { id, at, stack, logical_id, physical_id, resource_type, status, reason, .. } = event;
    format!(
        "<member><EventId>{id}</EventId><StackId>{stack}</StackId><StackName>video</StackName>\
         <LogicalResourceId>{logical_id}</LogicalResourceId>\
         <PhysicalResourceId>{physical_id}</PhysicalResourceId><ResourceType>{resource_type}</ResourceType>\
         <Timestamp>{}</Timestamp><ResourceStatus>{status}</ResourceStatus>\
         <ResourceStatusReason>{reason}</ResourceStatusReason>\
         <ClientRequestToken>{token}</ClientRequestToken></member>",
        time(*at)
    )
}

fn operation_events(problems: &[(&str, &str, &str)]) -> String {
    let one = |(logical_id, reason, path): &(&str, &str, &str)| {
        format!(
            "<member><EventType>VALIDATION_ERROR</EventType><StackId>{STACK_ID}</StackId>\
             <LogicalResourceId>{logical_id}</LogicalResourceId><Timestamp>{}</Timestamp>\
             <ValidationName>PROPERTY_VALIDATION</ValidationName><ValidationFailureMode>FAIL</ValidationFailureMode>\
             <ValidationStatusReason>{reason}</ValidationStatusReason><ValidationPath>{path}</ValidationPath></member>",
            time(1)
        )
    };
    format!("<OperationEvents>{}</OperationEvents>", problems.iter().map(one).collect::<String>())
}

fn error(code: &str, message: &str) -> (u16, String) {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    );
    (if code == "AccessDenied" { 403 } else { 400 }, body)
}

/// Virtual time begins somewhen in 2026.
fn time(ms: u64) -> String {
    let at = 1_790_000_000_000 + i64::try_from(ms).unwrap();
    jiff::Timestamp::from_millisecond(at).unwrap().to_string()
}
