//! Named rows of figures: a table where it fits, a list for each row where it does not. It never breaks a figure.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::style::Style;

/// Where a name may break, without a width. Names of functions are long and have hyphens, not spaces, and the table
/// drops whatever it breaks a line at, so it cannot be the hyphen itself.
const BREAK: char = '\u{200b}';

/// Blanks beside the content of a column.
const PADDING: usize = 2;

/// Rows of figures; the first column names the row. A cell may have several lines.
pub(super) struct Grid {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(super) fn write(&self, style: Style, out: &mut impl Write) -> io::Result<()> {
        let least: Vec<usize> = (0..self.columns.len()).map(|column| self.least_width(column)).collect();
        // One more column stands between each two, which these styles leave blank.
        let between = least.len().saturating_sub(1);
        let needed = least.iter().map(|width| width + PADDING).sum::<usize>() + between;
        if needed <= style.width { self.write_table(&least, style, out) } else { self.write_list(style, out) }
    }

    /// The longest piece of a column that must not be broken.
    fn least_width(&self, column: usize) -> usize {
        let header = self.columns.get(column).into_iter().flat_map(|title| title.split(' '));
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let is_name = column == 0;
        let pieces =
            cells.flat_map(|cell| cell.split(move |letter| letter == '\n' || is_name && letter == '-'));
        // A name keeps the hyphen it is broken after.
        let hyphen = usize::from(is_name);
        header.chain(pieces).map(|piece| piece.chars().count() + hyphen).max().unwrap_or_default()
    }

    fn write_table(&self, least: &[usize], style: Style, out: &mut impl Write) -> io::Result<()> {
        let mut table = Table::new();
        table.load_style(if style.unicode {
            presets::UTF8_HORIZONTAL_ONLY
        } else {
            presets::ASCII_HORIZONTAL_ONLY
        });
        // What the terminal can do was found out by the caller.
        table.force_no_tty();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
        table.set_header(&self.columns);
        for row in &self.rows {
            table.add_row(row.iter().enumerate().map(|(column, cell)| {
                if column == 0 { cell.replace('-', &format!("-{BREAK}")) } else { cell.clone() }
            }));
        }
        for (column, least) in table.column_iter_mut().zip(least) {
            let width = u16::try_from(least + PADDING).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
            column.set_cell_alignment(CellAlignment::Right);
        }
        if let Some(names) = table.column_mut(0) {
            names.set_delimiter(BREAK);
            names.set_cell_alignment(CellAlignment::Left);
        }
        // Without the marks, which nobody sees but everybody would copy.
        writeln!(out, "{}", table.trim_fmt().replace(BREAK, ""))
    }

    fn write_list(&self, style: Style, out: &mut impl Write) -> io::Result<()> {
        let label_width =
            self.columns.iter().skip(1).map(|title| title.chars().count()).max().unwrap_or_default();
        for row in &self.rows {
            let mut cells = row.iter().zip(&self.columns);
            if let Some((name, _)) = cells.next() {
                writeln!(out, "{}", style.bold(name))?;
            }
            for (cell, title) in cells.filter(|(cell, _)| !cell.is_empty()) {
                writeln!(out, "  {title:<label_width$}  {}", cell.replace('\n', " "))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Grid, Style};

    fn shown(width: usize) -> String {
        let mut grid = Grid::new(&["function", "p50", "first after change"]);
        grid.row(vec!["my-uploads-dev-thumbnail".into(), "1234.5\n[1200.1, 1300.9]".into(), "99.9".into()]);
        let mut out = Vec::new();
        grid.write(Style::plain(width), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_figure_is_whole_at_every_width() {
        for width in 1..150 {
            let text = shown(width);
            for figure in ["1234.5", "[1200.1, 1300.9]", "99.9"] {
                assert!(text.contains(figure), "{width}: {text}");
            }
        }
    }

    #[test]
    fn a_table_fits_its_width_and_a_list_takes_over_below() {
        let is_table = |text: &str| text.contains("===");
        let widths = || 1..150;
        let narrowest = widths().find(|width| is_table(&shown(*width))).unwrap();
        assert!((30..60).contains(&narrowest), "{narrowest}");
        for width in narrowest..150 {
            let text = shown(width);
            assert!(
                is_table(&text) && text.lines().all(|line| line.chars().count() <= width),
                "{width}: {text}"
            );
        }
        insta::assert_snapshot!(shown(20), @r"
        my-uploads-dev-thumbnail
          p50                 1234.5 [1200.1, 1300.9]
          first after change  99.9
        ");
    }
}
