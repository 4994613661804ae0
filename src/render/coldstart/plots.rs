//! The plots of a cold-start report, each an SVG of its own that is readable in the light and in the dark.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::coldstart::report::{Compared, FunctionReport, Report};
use crate::coldstart::statistics::Summary;

/// Small enough for the letters to be read when a phone shows all of it.
const WIDTH: u32 = 480;
const HEIGHT: u32 = 300;
const ROW: u32 = 46;
const LETTERS: i32 = 13;

const INK: RGBColor = RGBColor(0x1f, 0x23, 0x28);
const LINES: RGBColor = RGBColor(0xd0, 0xd7, 0xde);
/// Told apart by people who see few colors too (<https://jfly.uni-koeln.de/color/>).
const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xaa, 0x44, 0x99),
    RGBColor(0x80, 0x60, 0x00),
    RGBColor(0x5a, 0x5a, 0x5a),
];
/// What replaces ink, lines and series in the dark.
const DARK: [&str; 8] =
    ["#e6edf3", "#30363d", "#56b4e9", "#ff9e5e", "#3dd1a6", "#e08acf", "#e0b84c", "#aaaaaa"];

/// The names of all plots there can be.
pub const NAMES: [&str; 4] = ["ecdf", "dots", "rounds", "shifts"];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// One plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// Name of its file, without the ending.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The drawing.
    pub svg: String,
}

/// Every plot that the report has something for.
///
/// # Errors
/// When a drawing fails, which would be a fault of this program.
pub fn plots(report: &Report) -> std::io::Result<Vec<Plot>> {
    let functions: Vec<&FunctionReport> =
        report.functions.iter().filter(|function| function.starts().is_some()).collect();
    if functions.is_empty() {
        return Ok(Vec::new());
    }
    let rows = ROW * u32::try_from(functions.len()).unwrap_or(1) + 60;
    let mut plots = vec![
        plot("ecdf", "Part of the starts that took at most so long", HEIGHT, |area| ecdf(area, &functions))?,
        plot("dots", "Every start, with the median and its 95 % interval", rows, |area| {
            dots(area, &functions)
        })?,
        plot("rounds", "Starts in the order of their rounds", HEIGHT, |area| rounds(area, &functions))?,
    ];
    let shifts: Vec<&Compared> =
        report.comparisons.iter().filter(|compared| compared.comparison.interval.is_some()).collect();
    if !shifts.is_empty() {
        let height = ROW * u32::try_from(shifts.len()).unwrap_or(1) + 60;
        let title = "How much slower than the baseline, with the 95 % interval";
        plots.push(plot("shifts", title, height, |area| self::shifts(area, &shifts))?);
    }
    Ok(plots)
}

/// The color of a series, for legends.
#[must_use]
pub fn color(index: usize) -> String {
    let RGBColor(red, green, blue) = series(index);
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// Rules that turn every drawing dark where the reader wants it so.
#[must_use]
pub fn dark_rules() -> String {
    let light = [INK, LINES].into_iter().chain(SERIES);
    let rule = |(RGBColor(red, green, blue), dark): (RGBColor, &str)| {
        let light = format!("#{red:02X}{green:02X}{blue:02X}");
        format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}")
    };
    let rules: String = light.zip(DARK).map(rule).collect();
    format!("@media(prefers-color-scheme:dark){{{rules}}}")
}

fn plot(
    name: &'static str,
    title: &'static str,
    height: u32,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> std::io::Result<Plot> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
    draw(&area).and_then(|()| area.present()).map_err(std::io::Error::other)?;
    drop(area);
    let head = format!("<svg role=\"img\" aria-label=\"{title}\" font-family=\"sans-serif\" ");
    Ok(Plot { name, title, svg: svg.replacen("<svg ", &head, 1) })
}

fn series(index: usize) -> RGBColor {
    SERIES.get(index % SERIES.len()).copied().unwrap_or(INK)
}

fn letters() -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&INK)
}

/// From the smallest to the largest value, with some air.
fn span(values: impl IntoIterator<Item = f64>) -> std::ops::Range<f64> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        (low, high) = (low.min(value), high.max(value));
    }
    let air = ((high - low) * 0.06).max(0.5);
    low - air..high + air
}

fn all_starts(functions: &[&FunctionReport]) -> std::ops::Range<f64> {
    span(functions.iter().flat_map(|function| function.start_times()))
}

#[expect(clippy::cast_precision_loss, reason = "a number of samples")]
fn ecdf(area: &Area<'_>, functions: &[&FunctionReport]) -> Drawn {
    let x = all_starts(functions);
    let (from, to) = (x.start, x.end);
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(46)
        .build_cartesian_2d(x, 0.0..1.0)?;
    chart
        .configure_mesh()
        .axis_style(LINES)
        .bold_line_style(LINES)
        .light_line_style(TRANSPARENT)
        .label_style(letters())
        .x_desc("ms")
        .x_labels(6)
        .y_labels(6)
        .y_label_formatter(&|part| format!("{:.0} %", part * 100.0))
        .draw()?;
    for (index, function) in functions.iter().enumerate() {
        let mut starts = function.start_times();
        starts.sort_by(f64::total_cmp);
        let mut steps = vec![(from, 0.0)];
        for (rank, start) in starts.iter().enumerate() {
            let (below, above) = (rank as f64 / starts.len() as f64, (rank + 1) as f64 / starts.len() as f64);
            steps.extend([(*start, below), (*start, above)]);
        }
        steps.push((to, 1.0));
        chart.draw_series(LineSeries::new(steps, series(index).stroke_width(2)))?;
    }
    Ok(())
}

/// Rows with a label above each, and a scale below.
struct Rows<'a, 'b> {
    area: &'b Area<'a>,
    x: std::ops::Range<f64>,
}

impl Rows<'_, '_> {
    const LEFT: i32 = 14;

    fn at(&self, value: f64) -> i32 {
        let width = f64::from(WIDTH) - 2.0 * f64::from(Self::LEFT);
        let part = (value - self.x.start) / (self.x.end - self.x.start);
        #[expect(clippy::cast_possible_truncation, reason = "a place in the drawing")]
        let place = (part * width).round() as i32;
        Self::LEFT + place
    }

    /// Where the middle of a row is.
    fn row(index: usize) -> i32 {
        i32::try_from(ROW).unwrap_or(1) * i32::try_from(index).unwrap_or_default() + 36
    }

    fn scale(&self, bottom: i32) -> Drawn {
        let mut chart = ChartBuilder::on(self.area)
            .margin_left(Self::LEFT)
            .margin_right(Self::LEFT)
            .x_label_area_size(WIDTH.min(40))
            .build_cartesian_2d(self.x.clone(), 0..bottom)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .axis_style(LINES)
            .bold_line_style(LINES)
            .light_line_style(TRANSPARENT)
            .label_style(letters())
            .x_desc("ms")
            .x_labels(6)
            .draw()
    }

    fn label(&self, index: usize, text: &str) -> Drawn {
        let place = (Self::LEFT, Self::row(index) - 14);
        self.area.draw(&Text::new(text.to_owned(), place, letters().pos(Pos::new(HPos::Left, VPos::Bottom))))
    }

    /// An interval as a line, with its point.
    fn interval(&self, index: usize, point: f64, ends: Option<(f64, f64)>, color: RGBColor) -> Drawn {
        let y = Self::row(index);
        if let Some((low, high)) = ends {
            let line = vec![(self.at(low), y), (self.at(high), y)];
            self.area.draw(&PathElement::new(line, color.stroke_width(3)))?;
        }
        let x = self.at(point);
        self.area.draw(&PathElement::new(vec![(x, y - 11), (x, y + 11)], color.stroke_width(3)))
    }
}

fn dots(area: &Area<'_>, functions: &[&FunctionReport]) -> Drawn {
    let rows = Rows { area, x: all_starts(functions) };
    rows.scale(1)?;
    for (index, function) in functions.iter().enumerate() {
        rows.label(index, &function.label())?;
        for (number, start) in function.start_times().into_iter().enumerate() {
            // Beside each other where they would hide one another, and always at the same place.
            let aside = i32::try_from(number * 7 % 19).unwrap_or_default() - 9;
            let dot = (rows.at(start), Rows::row(index) + aside);
            area.draw(&Circle::new(dot, 3, series(index).mix(0.45).filled()))?;
        }
        let median = function.starts().map(|Summary { p50, .. }| p50);
        if let Some(median) = median {
            let ends = median.interval.map(|interval| (interval.low, interval.high));
            rows.interval(index, median.value, ends, INK)?;
        }
    }
    Ok(())
}

fn shifts(area: &Area<'_>, compared: &[&Compared]) -> Drawn {
    let ends = |compared: &&Compared| {
        let interval = compared.comparison.interval;
        interval.map_or([0.0; 2], |interval| [interval.low, interval.high])
    };
    let rows = Rows { area, x: span(compared.iter().flat_map(ends).chain([0.0])) };
    rows.scale(1)?;
    let (zero, bottom) = (rows.at(0.0), Rows::row(compared.len().saturating_sub(1)) + 18);
    area.draw(&PathElement::new(vec![(zero, 8), (zero, bottom)], INK.stroke_width(1)))?;
    for (index, compared) in compared.iter().enumerate() {
        rows.label(index, &format!("{} against {}", compared.other, compared.baseline))?;
        let comparison = &compared.comparison;
        let ends = comparison.interval.map(|interval| (interval.low, interval.high));
        let color = if comparison.is_significant { series(1) } else { series(5) };
        rows.interval(index, comparison.shift, ends, color)?;
    }
    Ok(())
}

fn rounds(area: &Area<'_>, functions: &[&FunctionReport]) -> Drawn {
    let samples = || functions.iter().flat_map(|function| &function.samples);
    let last = samples().map(|sample| sample.round).max().unwrap_or_default();
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(46)
        .build_cartesian_2d(-0.6..f64::from(last) + 0.6, span(samples().map(|sample| sample.start_ms)))?;
    chart
        .configure_mesh()
        .axis_style(LINES)
        .bold_line_style(LINES)
        .light_line_style(TRANSPARENT)
        .label_style(letters())
        .x_desc("round; 0 is the first after the change")
        .x_labels(usize::try_from(last.min(10)).unwrap_or(10) + 1)
        .x_label_formatter(&|round| format!("{round:.0}"))
        .y_labels(6)
        .y_desc("ms")
        .draw()?;
    let count = f64::from(u32::try_from(functions.len()).unwrap_or(1));
    for (index, function) in functions.iter().enumerate() {
        let place = (f64::from(u32::try_from(index).unwrap_or_default()) + 0.5) / count - 0.5;
        let dot = |sample: &crate::coldstart::Sample| {
            let style = series(index).mix(0.6);
            // What is kept apart is hollow.
            let style = if sample.round == 0 { style.stroke_width(1) } else { style.filled() };
            Circle::new((f64::from(sample.round) + 0.6 * place, sample.start_ms), 3, style)
        };
        chart.draw_series(function.samples.iter().map(dot))?;
    }
    Ok(())
}
