//! Tables for a terminal: a header, rows, columns as wide as their widest cell.

/// Which way a column's cells lean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lean {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Lays out rows below the header's columns, a line each. Cells are printed as they are.
#[must_use]
pub fn table<const N: usize>(header: [(&str, Lean); N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([header[column].0.chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let mut line = String::new();
        for (column, cell) in cells.into_iter().enumerate() {
            let blanks = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            let (before, after) = match header[column].1 {
                Lean::Left => ("", blanks.as_str()),
                Lean::Right => (blanks.as_str(), ""),
            };
            let gap = if column == 0 { "" } else { "  " };
            line.extend([gap, before, cell, after]);
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    };
    let mut text = line(header.map(|(name, _)| name));
    rows.iter().for_each(|row| text.push_str(&line(row.each_ref().map(String::as_str))));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["1".into(), "idle".into(), String::new()], ["257".into(), "up".into(), "x".into()]];
        assert_eq!(
            table([("PORT", Lean::Right), ("STATE", Lean::Left), ("DNIS", Lean::Left)], &rows),
            "PORT  STATE  DNIS\n   1  idle\n 257  up     x\n"
        );
    }
}
