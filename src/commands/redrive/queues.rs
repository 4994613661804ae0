//! Which queues of a stack are dead-letter queues, and which of them is meant.

use crate::commands::Failure;
use crate::names::{Arn, LogicalId};
use crate::ports::QueueState;

/// A queue of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StackQueue {
    pub(super) logical_id: LogicalId,
    pub(super) url: String,
    pub(super) state: QueueState,
}

/// A queue that takes what other queues give up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeadLetterQueue {
    pub(super) logical_id: LogicalId,
    pub(super) arn: Arn,
    pub(super) name: String,
    /// The queues whose dead letters it takes.
    pub(super) sources: Vec<LogicalId>,
    /// Everything else these queues are called by.
    source_names: Vec<String>,
    /// About how many messages.
    pub(super) depth: u64,
}

/// The dead-letter queues among the queues of a stack, by what the redrive policies say. A queue that takes failed
/// events of functions or undelivered notifications is none: SQS cannot move those back.
pub(super) fn dead_letter_queues(queues: &[StackQueue]) -> Vec<DeadLetterQueue> {
    let found = queues.iter().filter_map(|queue| {
        let sources: Vec<&StackQueue> = queues
            .iter()
            .filter(|other| other.state.dead_letters.as_ref() == Some(&queue.state.arn))
            .collect();
        (!sources.is_empty()).then(|| DeadLetterQueue {
            logical_id: queue.logical_id.clone(),
            arn: queue.state.arn.clone(),
            name: name_of(&queue.url).to_owned(),
            sources: sources.iter().map(|source| source.logical_id.clone()).collect(),
            source_names: sources
                .iter()
                .flat_map(|source| [name_of(&source.url).to_owned(), source.state.arn.to_string()])
                .collect(),
            depth: queue.state.depth(),
        })
    });
    found.collect()
}

fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

impl DeadLetterQueue {
    fn is_meant_by(&self, argument: &str) -> bool {
        let own = [self.logical_id.as_str(), self.arn.as_str(), self.name.as_str()];
        own.contains(&argument)
            || self.sources.iter().any(|source| source.as_str() == argument)
            || self.source_names.iter().any(|name| name == argument)
    }
}

/// The queues that an argument means; all of them without one.
pub(super) fn choose(
    argument: Option<&str>,
    stack: &str,
    queues: Vec<DeadLetterQueue>,
) -> Result<Vec<DeadLetterQueue>, Failure> {
    let names: Vec<String> = queues.iter().map(|queue| queue.logical_id.to_string()).collect();
    let chosen: Vec<DeadLetterQueue> = queues
        .into_iter()
        .filter(|queue| argument.is_none_or(|argument| queue.is_meant_by(argument)))
        .collect();
    match (chosen.is_empty(), argument) {
        (false, _) => Ok(chosen),
        (true, None) => Err(Failure::Usage {
            message: format!("no queue of stack {stack} is the dead-letter queue of another"),
            help: "SQS moves messages back to queues only, not to functions or topics".into(),
        }),
        (true, Some(argument)) => Err(Failure::Usage {
            message: format!("{argument} is no dead-letter queue of a queue of stack {stack}"),
            help: if names.is_empty() {
                "SQS moves messages back to queues only, not to functions or topics".into()
            } else {
                format!("there is {}", names.join(", "))
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{StackQueue, choose, dead_letter_queues};
    use crate::commands::Failure;
    use crate::ports::QueueState;

    fn queue(name: &str, dead_letters: Option<&str>, waiting: u64) -> StackQueue {
        let arn = |name: &str| format!("arn:aws:sqs:eu-west-1:1:app-{name}").as_str().into();
        StackQueue {
            logical_id: name.into(),
            url: format!("https://sqs/1/app-{name}"),
            state: QueueState {
                arn: arn(name),
                waiting,
                in_flight: 1,
                delayed: 0,
                visibility_seconds: 30,
                dead_letters: dead_letters.map(arn),
                most_receives: 3,
            },
        }
    }

    fn stack() -> Vec<StackQueue> {
        vec![
            queue("Webhooks", Some("Dead"), 5),
            queue("Other", Some("Dead"), 0),
            queue("Dead", None, 7),
            queue("Failures", None, 3),
        ]
    }

    #[test]
    fn only_queues_that_another_gives_up_to_are_dead_letter_queues() {
        let found = dead_letter_queues(&stack());
        assert_eq!(found.len(), 1);
        let sources: Vec<&str> = found[0].sources.iter().map(crate::names::LogicalId::as_str).collect();
        assert_eq!(
            (found[0].logical_id.as_str(), found[0].depth, sources),
            ("Dead", 8, vec!["Webhooks", "Other"])
        );
    }

    #[test]
    fn a_queue_is_meant_by_any_of_its_names_and_by_those_of_its_sources() {
        let all = || dead_letter_queues(&stack());
        for name in ["Dead", "app-Dead", "arn:aws:sqs:eu-west-1:1:app-Dead", "Webhooks", "app-Other"] {
            assert_eq!(choose(Some(name), "app", all()).unwrap().len(), 1, "{name}");
        }
        assert_eq!(choose(None, "app", all()).unwrap().len(), 1);
        let error = choose(Some("Failures"), "app", all()).unwrap_err();
        assert_eq!(error.to_string(), "Failures is no dead-letter queue of a queue of stack app");
        assert!(matches!(choose(None, "app", vec![]), Err(Failure::Usage { .. })));
    }
}
