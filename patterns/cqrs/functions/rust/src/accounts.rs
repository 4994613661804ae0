//! Accounts: what commands may do, and what events add up to. Knows neither AWS nor HTTP.

/// What somebody wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Tells a command that is sent twice from two commands.
    pub id: String,
    pub action: Action,
    pub amount: i64,
}

/// The kinds of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Deposit,
    Withdraw,
}

/// What has happened to an account, and will never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub account: String,
    pub version: u64,
    pub kind: String,
    /// Negative for a withdrawal.
    pub amount: i64,
    pub at: String,
    pub command_id: String,
    pub correlation_id: String,
}

/// The state that a number of events add up to. Version 0: there are none yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub balance: i64,
    pub version: u64,
    pub opened_at: String,
    pub updated_at: String,
}

/// The command breaks a rule of the accounts: no event comes of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the balance is {balance}, too little to withdraw {amount}")]
pub struct Refused {
    balance: i64,
    amount: i64,
}

/// The events of an account are not what commands write; nothing may be concluded from them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("version {0} is missing")]
    Missing(u64),
    #[error("version {0} makes the balance too large")]
    TooLarge(u64),
    #[error("version {version} is not an event: {reason}")]
    NoEvent { version: String, reason: String },
}

impl Account {
    /// The account after one more event.
    fn apply(self, event: &Event) -> Result<Self, Broken> {
        if event.version != self.version + 1 {
            return Err(Broken::Missing(self.version + 1));
        }
        let balance = self.balance.checked_add(event.amount).ok_or(Broken::TooLarge(event.version))?;
        let opened_at = if self.version == 0 { event.at.clone() } else { self.opened_at };
        Ok(Self { balance, version: event.version, opened_at, updated_at: event.at.clone(), ..self })
    }
}

/// The account after all its events, which must come in order and from the first.
pub fn fold<'a>(account: &str, events: impl IntoIterator<Item = &'a Event>) -> Result<Account, Broken> {
    let empty = Account { id: account.to_owned(), ..Account::default() };
    events.into_iter().try_fold(empty, Account::apply)
}

/// The event that a command leads to, given what has happened until now.
pub fn decide(account: &Account, command: &Command, at: String, correlation_id: &str) -> Result<Event, Refused> {
    if command.action == Action::Withdraw && command.amount > account.balance {
        return Err(Refused { balance: account.balance, amount: command.amount });
    }
    let (kind, amount) = signed(command);
    Ok(Event {
        account: account.id.clone(),
        version: account.version + 1,
        kind: kind.to_owned(),
        amount,
        at,
        command_id: command.id.clone(),
        correlation_id: correlation_id.to_owned(),
    })
}

/// Whether this command would lead to this event: else its id was used for another one before.
pub fn is_outcome_of(event: &Event, command: &Command) -> bool {
    (event.kind.as_str(), event.amount) == signed(command)
}

/// A command in the words of events.
const fn signed(command: &Command) -> (&'static str, i64) {
    match command.action {
        Action::Deposit => ("deposited", command.amount),
        Action::Withdraw => ("withdrawn", -command.amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(version: u64, amount: i64) -> Event {
        Event {
            account: "a".into(),
            version,
            kind: "deposited".into(),
            amount,
            at: format!("at {version}"),
            command_id: format!("c{version}"),
            correlation_id: "r".into(),
        }
    }

    fn command(action: Action, amount: i64) -> Command {
        Command { id: "c".into(), action, amount }
    }

    #[test]
    fn events_add_up() {
        let account = fold("a", &[event(1, 5), event(2, -2)]).unwrap();
        let (opened_at, updated_at) = ("at 1".into(), "at 2".into());
        assert_eq!(account, Account { id: "a".into(), balance: 3, version: 2, opened_at, updated_at });
        assert_eq!(fold("a", &[]).unwrap().version, 0);
    }

    #[test]
    fn a_gap_or_a_repetition_is_no_history() {
        assert_eq!(fold("a", &[event(1, 5), event(3, 1)]), Err(Broken::Missing(2)));
        assert_eq!(fold("a", &[event(1, 5), event(1, 5)]), Err(Broken::Missing(2)));
        assert_eq!(fold("a", &[event(2, 5)]), Err(Broken::Missing(1)));
        assert_eq!(fold("a", &[event(1, i64::MAX), event(2, 1)]), Err(Broken::TooLarge(2)));
    }

    #[test]
    fn what_is_there_can_be_withdrawn_and_no_more() {
        let account = fold("a", &[event(1, 5)]).unwrap();
        let event = decide(&account, &command(Action::Withdraw, 5), "now".into(), "r2").unwrap();
        assert_eq!((event.version, event.kind.as_str(), event.amount), (2, "withdrawn", -5));
        assert!(is_outcome_of(&event, &command(Action::Withdraw, 5)));
        assert!(!is_outcome_of(&event, &command(Action::Deposit, 5)));
        let refused = decide(&account, &command(Action::Withdraw, 6), "now".into(), "r2").unwrap_err();
        assert_eq!(refused.to_string(), "the balance is 5, too little to withdraw 6");
    }
}
