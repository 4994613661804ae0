//! Limits that a measured function must keep, for CI: `p50<=+10%`, `p95<=250ms`, `p99<=+20ms`.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::comparison::Comparison;
use super::statistics::Summary;

/// Which figure is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Median.
    P50,
    /// 90th percentile.
    P90,
    /// 95th percentile.
    P95,
    /// 99th percentile.
    P99,
    /// Largest.
    Max,
}

/// How far it may go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Milliseconds.
    Milliseconds(f64),
    /// So many milliseconds over the baseline.
    MoreMilliseconds(f64),
    /// So many percent over the baseline.
    MorePercent(f64),
}

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Which figure.
    pub metric: Metric,
    /// How far.
    pub limit: Limit,
}

/// What became of a limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The limit, as it is written.
    pub gate: String,
    /// The function.
    pub function: String,
    /// The figure, in milliseconds.
    pub value: f64,
    /// The limit in milliseconds.
    pub limit: f64,
    /// Whether it was kept.
    pub is_kept: bool,
    /// It is over the limit, and the difference may be chance.
    pub may_be_chance: bool,
}

/// A gate that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no limit: write p50, p90, p95, p99 or max, then <=, then 250ms, +20ms or +10%")]
pub struct GateError(String);

impl Metric {
    const ALL: [(&str, Self); 5] =
        [("p50", Self::P50), ("p90", Self::P90), ("p95", Self::P95), ("p99", Self::P99), ("max", Self::Max)];

    const fn of(self, summary: &Summary) -> f64 {
        match self {
            Self::P50 => summary.p50.value,
            Self::P90 => summary.p90.value,
            Self::P95 => summary.p95.value,
            Self::P99 => summary.p99.value,
            Self::Max => summary.max,
        }
    }
}

impl FromStr for Gate {
    type Err = GateError;

    fn from_str(text: &str) -> Result<Self, GateError> {
        let wrong = || GateError(text.to_owned());
        let (name, limit) = text.split_once("<=").ok_or_else(wrong)?;
        let metric = Metric::ALL.iter().find(|(known, _)| *known == name.trim()).ok_or_else(wrong)?.1;
        let limit = limit.trim();
        let (is_more, amount) = limit.strip_prefix('+').map_or((false, limit), |rest| (true, rest));
        let number = |text: &str| {
            let value: f64 = text.trim().parse().map_err(|_| wrong())?;
            if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(wrong()) }
        };
        let limit = match (is_more, amount.strip_suffix('%'), amount.strip_suffix("ms")) {
            (true, Some(percent), _) => Limit::MorePercent(number(percent)?),
            (true, None, Some(more)) => Limit::MoreMilliseconds(number(more)?),
            (false, None, Some(most)) => Limit::Milliseconds(number(most)?),
            _ => return Err(wrong()),
        };
        Ok(Self { metric, limit })
    }
}

/// The first limit that was judged for nothing: it holds nobody to anything, so it is not kept either.
#[must_use]
pub fn unjudged<'a>(gates: &'a [Gate], verdicts: &[Verdict]) -> Option<&'a Gate> {
    gates.iter().find(|gate| verdicts.iter().all(|verdict| verdict.gate != gate.to_string()))
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Metric::ALL.iter().find(|(_, metric)| *metric == self.metric).map_or("", |(name, _)| name);
        match self.limit {
            Limit::Milliseconds(most) => write!(f, "{name}<={most}ms"),
            Limit::MoreMilliseconds(more) => write!(f, "{name}<=+{more}ms"),
            Limit::MorePercent(percent) => write!(f, "{name}<=+{percent}%"),
        }
    }
}

impl Gate {
    /// Whether the limit is over something else, which must be measured too.
    #[must_use]
    pub const fn is_relative(&self) -> bool {
        match self.limit {
            Limit::Milliseconds(_) => false,
            Limit::MoreMilliseconds(_) | Limit::MorePercent(_) => true,
        }
    }

    /// Judges one function; `baseline` is what it was compared with. A relative limit is broken only by a difference
    /// that is more than chance: the same function measured twice must not fail a build.
    #[must_use]
    pub fn judge(
        &self,
        function: &str,
        summary: &Summary,
        baseline: Option<(&Summary, &Comparison)>,
    ) -> Option<Verdict> {
        let value = self.metric.of(summary);
        let limit = match (self.limit, baseline) {
            (Limit::Milliseconds(most), _) => most,
            (Limit::MoreMilliseconds(more), Some((base, _))) => self.metric.of(base) + more,
            (Limit::MorePercent(percent), Some((base, _))) => self.metric.of(base) * (1.0 + percent / 100.0),
            (Limit::MoreMilliseconds(_) | Limit::MorePercent(_), None) => return None,
        };
        let is_over = value > limit;
        let may_be_chance = is_over
            && self.is_relative()
            && baseline.is_some_and(|(_, comparison)| !comparison.is_significant);
        Some(Verdict {
            gate: self.to_string(),
            function: function.to_owned(),
            value,
            limit,
            is_kept: !is_over || may_be_chance,
            may_be_chance,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_written_alike() {
        for text in ["p50<=+10%", "p95<=250ms", "p99<=+20.5ms", "max<=1000ms"] {
            assert_eq!(text.parse::<Gate>().unwrap().to_string(), text);
        }
        assert_eq!(" p50 <= +10% ".trim().parse::<Gate>().unwrap().to_string(), "p50<=+10%");
        for wrong in
            ["p50", "p50<=10", "p50<10ms", "p42<=10ms", "p50<=10%", "p50<=+-3%", "p50<=+ms", "p50<=+nan%"]
        {
            assert!(wrong.parse::<Gate>().is_err(), "{wrong}");
        }
    }

    fn judged(gate: &str, other: &[f64], baseline: &[f64]) -> Option<Verdict> {
        let (summary, base) = (Summary::of(other.to_vec()).unwrap(), Summary::of(baseline.to_vec()).unwrap());
        let comparison = Comparison::of(baseline, other).unwrap();
        gate.parse::<Gate>().unwrap().judge("f", &summary, Some((&base, &comparison)))
    }

    #[test]
    fn a_limit_is_broken_by_more_than_chance_only() {
        let baseline: Vec<f64> = (0..20).map(|index| 100.0 + f64::from(index)).collect();
        let slower: Vec<f64> = baseline.iter().map(|value| value * 1.2).collect();
        assert!(!judged("p50<=+10%", &slower, &baseline).unwrap().is_kept);
        assert!(judged("p50<=+25%", &slower, &baseline).unwrap().is_kept);
        assert!(!judged("p50<=+5ms", &slower, &baseline).unwrap().is_kept);
        let chance = judged("p50<=+10%", &[100.0, 200.0], &[100.0, 150.0]).unwrap();
        assert!(chance.is_kept && chance.may_be_chance);
        assert!(
            !judged("p50<=100ms", &slower, &baseline).unwrap().is_kept,
            "an absolute limit is what it is"
        );
    }

    #[test]
    fn a_limit_that_nothing_was_held_against_is_found() {
        let gates: Vec<Gate> = ["p50<=+10%", "p95<=250ms"].iter().map(|text| text.parse().unwrap()).collect();
        let baseline = [100.0, 110.0];
        let one = judged("p95<=250ms", &baseline, &baseline).unwrap();
        assert_eq!(unjudged(&gates, std::slice::from_ref(&one)), gates.first());
        let other = judged("p50<=+10%", &baseline, &baseline).unwrap();
        assert_eq!(unjudged(&gates, &[one, other]), None);
    }

    #[test]
    fn a_relative_limit_needs_something_to_relate_to() {
        let summary = Summary::of([1.0, 2.0]).unwrap();
        assert_eq!("p50<=+10%".parse::<Gate>().unwrap().judge("f", &summary, None), None);
        assert!("p50<=3ms".parse::<Gate>().unwrap().judge("f", &summary, None).unwrap().is_kept);
    }
}
