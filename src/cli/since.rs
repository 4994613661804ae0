//! A moment that somebody names: how long ago, or when.

/// From when on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Milliseconds ago.
    Ago(u64),
    /// Milliseconds since the Unix epoch.
    At(u64),
}

impl Since {
    /// The moment, milliseconds since the Unix epoch.
    #[must_use]
    pub const fn at(self, now_ms: u64) -> u64 {
        match self {
            Self::Ago(ms) => now_ms.saturating_sub(ms),
            Self::At(ms) => ms,
        }
    }
}

/// Reads `90s`, `10m`, `2h`, `7d`, or a moment as RFC 3339 writes it.
///
/// # Errors
/// What it should look like.
pub(super) fn parse(text: &str) -> Result<Since, String> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(Since::At(u64::try_from(moment.as_millisecond()).unwrap_or_default()));
    }
    let unit = text.chars().last().and_then(|unit| match unit {
        's' => Some(1_000),
        'm' => Some(60_000),
        'h' => Some(3_600_000),
        'd' => Some(86_400_000),
        _ => None,
    });
    let number = text.get(..text.len().saturating_sub(1)).and_then(|number| number.parse::<u64>().ok());
    match (number, unit) {
        (Some(number), Some(unit)) => {
            number.checked_mul(unit).map(Since::Ago).ok_or_else(|| "that is too long ago".to_owned())
        }
        _ => Err("write how long ago, such as 90s, 10m, 2h or 7d, or a moment: 2026-01-31T12:00:00Z".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Since, parse};

    #[test]
    fn durations_and_moments() {
        assert_eq!(parse("90s"), Ok(Since::Ago(90_000)));
        assert_eq!(parse("7d"), Ok(Since::Ago(7 * 86_400_000)));
        assert_eq!(parse("1970-01-01T00:00:02Z"), Ok(Since::At(2_000)));
        assert_eq!(Since::Ago(1_000).at(5_000), 4_000);
        assert_eq!(Since::Ago(9_000).at(5_000), 0);
        for wrong in ["", "m", "10", "-5m", "1.5h", "10 m", "yesterday", "5µ", "99999999999999999999d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse("18446744073709551615d").is_err());
    }
}
