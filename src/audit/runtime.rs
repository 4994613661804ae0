//! When AWS stops patching, creating and updating each Lambda runtime. Knows no clock: the day is given.

use jiff::civil::Date;

/// One runtime per line; its first lines say where the dates come from.
static TABLE: &str = include_str!("runtimes.txt");

/// The end of one runtime's life, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeCycle {
    /// The identifier in `Runtime`.
    pub runtime: &'static str,
    /// From this day on there are no security patches.
    pub deprecated: Date,
    /// From this day on no function can be created with it.
    pub creation_blocked: Option<Date>,
    /// From this day on no function with it can be updated.
    pub update_blocked: Option<Date>,
    /// What to use instead.
    pub successor: Option<&'static str>,
}

/// How far the end of a runtime's life has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// AWS patches it.
    Supported,
    /// No patches any more.
    Deprecated,
    /// No new functions either.
    CreationBlocked,
    /// No updates of existing functions either.
    UpdateBlocked,
}

impl LifeCycle {
    /// The phase on a given day.
    #[must_use]
    pub fn phase(&self, today: Date) -> Phase {
        let is_past = |day: Option<Date>| day.is_some_and(|day| today >= day);
        if is_past(self.update_blocked) {
            Phase::UpdateBlocked
        } else if is_past(self.creation_blocked) {
            Phase::CreationBlocked
        } else if today >= self.deprecated {
            Phase::Deprecated
        } else {
            Phase::Supported
        }
    }
}

/// The life cycle of a runtime identifier; none for one whose end is not known.
#[must_use]
pub fn life_cycle(runtime: &str) -> Option<LifeCycle> {
    rows().find(|line| line.split(' ').next() == Some(runtime)).and_then(parse)
}

fn rows() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#'))
}

fn parse(row: &'static str) -> Option<LifeCycle> {
    let mut fields = row.split(' ');
    Some(LifeCycle {
        runtime: fields.next()?,
        deprecated: fields.next()?.parse().ok()?,
        creation_blocked: fields.next()?.parse().ok(),
        update_blocked: fields.next()?.parse().ok(),
        successor: fields.next().filter(|name| *name != "-"),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_row_is_complete_and_names_a_living_successor() {
        let names: Vec<_> = rows().map(|row| parse(row).unwrap().runtime).collect();
        assert!(names.len() > 40 && names.is_sorted());
        for row in rows() {
            assert_eq!(row.split(' ').count(), 5, "{row}");
            let life = parse(row).unwrap();
            let dashes = row.split(' ').filter(|field| *field == "-").count();
            let absent =
                [life.creation_blocked.is_none(), life.update_blocked.is_none(), life.successor.is_none()];
            assert_eq!(dashes, absent.into_iter().filter(|absent| *absent).count(), "{row}");
            if let Some(successor) = life.successor {
                assert!(life_cycle(successor).unwrap().deprecated >= life.deprecated, "{row}");
            }
        }
    }

    #[test]
    fn phases_begin_on_their_day() {
        let life = life_cycle("nodejs20.x").unwrap();
        for (day, phase) in [
            (date(2026, 4, 29), Phase::Supported),
            (date(2026, 4, 30), Phase::Deprecated),
            (date(2027, 2, 1), Phase::CreationBlocked),
            (date(2027, 3, 3), Phase::UpdateBlocked),
        ] {
            assert_eq!(life.phase(day), phase, "{day}");
        }
        assert_eq!(life_cycle("nodejs99.x"), None);
        assert_eq!(life_cycle("dotnet9").unwrap().phase(date(2030, 1, 1)), Phase::Deprecated);
    }
}
