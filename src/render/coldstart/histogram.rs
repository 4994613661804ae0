//! How the starts of each function are distributed, a line for each on a common scale.

use std::io::{self, Write};

use super::number;
use crate::coldstart::report::{FunctionReport, Report};
use crate::render::style::{Style, printable};

const BINS: usize = 40;
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const LETTERS: [char; 9] = [' ', '.', ':', '-', '=', '+', '*', '#', '@'];

/// Writes the lines; nothing where too few starts make no shape.
pub(super) fn histograms(report: &Report, style: Style, out: &mut impl Write) -> io::Result<()> {
    let shown: Vec<(&FunctionReport, Vec<f64>)> = report
        .functions
        .iter()
        .filter(|function| function.shape.is_some())
        .map(|function| (function, function.start_times()))
        .collect();
    let all = || shown.iter().flat_map(|(_, starts)| starts.iter().copied());
    let (Some(low), Some(high)) = (all().reduce(f64::min), all().reduce(f64::max)) else { return Ok(()) };
    writeln!(out, "Distribution, from {} to {} ms", number(low), number(high))?;
    let blocks = if style.unicode { BLOCKS } else { LETTERS };
    let width = shown.iter().map(|(function, _)| function.label.chars().count()).max().unwrap_or_default();
    for (function, starts) in &shown {
        let label = printable(&function.label);
        writeln!(out, "  {label:width$}  {}", line(starts, (low, high), blocks).trim_end())?;
    }
    writeln!(out)
}

/// One block for each bin, as high as its share of the fullest one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "bins and numbers of samples are small and not negative"
)]
fn line(starts: &[f64], (low, high): (f64, f64), blocks: [char; 9]) -> String {
    let mut bins = [0_usize; BINS];
    let width = ((high - low) / BINS as f64).max(f64::MIN_POSITIVE);
    for start in starts {
        let bin = (((start - low) / width) as usize).min(BINS - 1);
        if let Some(count) = bins.get_mut(bin) {
            *count += 1;
        }
    }
    let fullest = bins.iter().copied().max().unwrap_or_default().max(1);
    // What is there at all is seen.
    let block = |count: usize| blocks.get((count * 8).div_ceil(fullest)).copied().unwrap_or(' ');
    bins.into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, LETTERS, line};

    #[test]
    fn each_value_is_in_its_place_and_the_fullest_bin_is_full() {
        let text = line(&[100.0, 100.5, 100.6, 140.0], (100.0, 140.0), BLOCKS);
        assert_eq!(text.chars().count(), 40);
        assert_eq!((text.chars().next(), text.chars().last()), (Some('█'), Some('▃')));
        assert_eq!(text.trim_matches(['█', '▃']).trim(), "");
        assert_eq!(line(&[5.0; 3], (5.0, 5.0), LETTERS).trim(), "@");
    }
}
