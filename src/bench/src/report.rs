//! Figures, and the table that sets servers side by side.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Tells the person at the terminal how far the run is; the table alone goes to standard output.
#[allow(clippy::print_stderr, reason = "this is the harness's one place that talks while it works")]
pub fn say(text: &str) {
    eprintln!("{text}");
}

/// Prints a result.
#[allow(clippy::print_stdout, reason = "this is the harness's one place that prints results")]
pub fn print(text: &str) {
    println!("{text}");
}

/// What a figure of this project's server should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
    /// No more than so many times the floor's.
    FloorTimes(f64),
    /// No less than this part of the floor's.
    FloorPart(f64),
    /// No more than this part of Synapse's.
    SynapsePart(f64),
}

impl Goal {
    fn text(self) -> String {
        match self {
            Self::AtMost(limit) => format!("≤ {}", short(limit)),
            Self::AtLeast(limit) => format!("≥ {}", short(limit)),
            Self::FloorTimes(times) => format!("≤ {}× floor", short(times)),
            Self::FloorPart(part) => format!("≥ {}× floor", short(part)),
            Self::SynapsePart(part) => format!("≤ {}× synapse", short(part)),
        }
    }

    /// The server whose figure it is measured by.
    fn measure(self) -> Option<&'static str> {
        match self {
            Self::AtMost(_) | Self::AtLeast(_) => None,
            Self::FloorTimes(_) | Self::FloorPart(_) => Some(FLOOR),
            Self::SynapsePart(_) => Some(SYNAPSE),
        }
    }

    /// Whether `value` reaches it; `None` when that takes another server's figure and there is none.
    fn reached(self, value: f64, other: Option<f64>) -> Option<bool> {
        match self {
            Self::AtMost(limit) => Some(value <= limit),
            Self::AtLeast(limit) => Some(value >= limit),
            Self::FloorTimes(times) => other.map(|floor| value <= floor * times),
            Self::FloorPart(part) => other.map(|floor| value >= floor * part),
            Self::SynapsePart(part) => other.map(|synapse| value <= synapse * part),
        }
    }
}

/// One measured value.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What was measured, led by the scenario's name.
    pub name: String,
    /// Its unit.
    pub unit: &'static str,
    /// The values, one a round, or why there is none.
    pub values: Result<Vec<f64>, String>,
    /// What it should be.
    pub goal: Option<Goal>,
}

impl Figure {
    /// The median of the rounds, of an even number of them the lower one of the two in the middle; the worst of what must
    /// be nothing at all.
    fn value(&self) -> Result<f64, &str> {
        let mut values = self.values.as_ref().map_err(String::as_str)?.clone();
        values.sort_by(f64::total_cmp);
        let last = values.len().saturating_sub(1);
        let index = if self.goal == Some(Goal::AtMost(0.0)) { last } else { last / 2 };
        values.get(index).copied().ok_or("not measured")
    }
}

/// All figures of one server, in the order they were measured.
#[derive(Debug)]
pub struct Sheet {
    server: &'static str,
    figures: Vec<Figure>,
}

impl Sheet {
    /// An empty sheet for a server.
    pub fn new(server: &'static str) -> Self {
        Self { server, figures: Vec::new() }
    }

    /// Adds a value, and says it.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        value: Option<f64>,
        goal: Option<Goal>,
    ) {
        let values = value.map(|value| vec![value]).ok_or_else(|| "not measured".to_owned());
        self.push(Figure { name: name.into(), unit, values, goal });
    }

    /// Adds the reason why there is no value.
    pub fn missing(&mut self, name: impl Into<String>, reason: &str) {
        self.push(Figure { name: name.into(), unit: "", values: Err(reason.to_owned()), goal: None });
    }

    fn push(&mut self, figure: Figure) {
        let value = match figure.value() {
            Ok(value) => format!("{} {}", short(value), figure.unit),
            Err(reason) => reason.to_owned(),
        };
        say(&format!("  {:<11} {:<44} {value}", self.server, figure.name));
        let known = self.figures.iter_mut().find(|known| known.name == figure.name);
        match (known.map(|known| &mut known.values), figure.values) {
            (Some(Ok(values)), Ok(more)) => values.extend(more),
            // A figure that a round could not give says so, whatever the others gave.
            (Some(values), Err(reason)) => *values = Err(reason),
            (Some(Err(_)), Ok(_)) => {}
            (None, values) => self.figures.push(Figure { values, ..figure }),
        }
    }

    fn find(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    fn value(&self, name: &str) -> Option<f64> {
        self.find(name).and_then(|figure| figure.value().ok())
    }
}

/// Three significant digits, as far as a reader can use them.
pub fn short(value: f64) -> String {
    let digits = match value.abs() {
        size if size == 0.0 || size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

const FLOOR: &str = "floor";
const SYNAPSE: &str = "synapse";

/// The table of all servers, in Markdown, the first sheet's server judged by the goals.
pub fn table(sheets: &[Sheet]) -> String {
    let Some(first) = sheets.first() else { return String::new() };
    let other = |server: &str| sheets.iter().skip(1).find(|sheet| sheet.server == server);
    let mut header: Vec<String> = vec!["figure".into(), "unit".into()];
    header.extend(sheets.iter().map(|sheet| sheet.server.to_owned()));
    header.extend(sheets.iter().skip(1).map(|sheet| format!("÷ {}", sheet.server)));
    header.extend(["goal".into(), "reached".into()]);
    let mut rows = vec![header];
    for (name, unit) in names(sheets) {
        let goal = first.find(&name).and_then(|figure| figure.goal);
        let value = first.value(&name);
        let mut row = vec![name.clone(), unit.to_owned()];
        row.extend(sheets.iter().map(|sheet| cell(sheet, &name)));
        row.extend(sheets.iter().skip(1).map(|sheet| ratio(value, sheet.value(&name))));
        row.push(goal.map(Goal::text).unwrap_or_default());
        let measure = goal.and_then(Goal::measure).and_then(other).and_then(|sheet| sheet.value(&name));
        let reached = goal.zip(value).and_then(|(goal, value)| goal.reached(value, measure));
        row.push(reached.map_or("", |reached| if reached { "yes" } else { "NO" }).to_owned());
        rows.push(row);
    }
    let reasons = reasons(sheets);
    format!("{}{reasons}", markdown(&rows))
}

/// All figures' names and units, each once; one that only a later server has follows what it follows there.
fn names(sheets: &[Sheet]) -> Vec<(String, &'static str)> {
    let mut names: Vec<(String, &'static str)> = Vec::new();
    for sheet in sheets {
        let mut next = 0;
        for figure in &sheet.figures {
            let known = names.iter().position(|(name, _)| *name == figure.name);
            if known.is_none() {
                names.insert(next, (figure.name.clone(), figure.unit));
            }
            next = known.unwrap_or(next) + 1;
        }
    }
    // A whole point that one server missed needs no row where another server's figures of that point are.
    let all = names.clone();
    names.retain(|(name, _)| !all.iter().any(|(other, _)| is_part(other, name)));
    names
}

/// Whether a figure belongs to a point or scenario.
fn is_part(figure: &str, whole: &str) -> bool {
    figure.strip_prefix(whole).is_some_and(|rest| rest.starts_with(':'))
}

fn cell(sheet: &Sheet, name: &str) -> String {
    if let Some(value) = sheet.value(name) {
        return short(value);
    }
    let missed =
        |figure: &Figure| figure.values.is_err() && (figure.name == name || is_part(name, &figure.name));
    if sheet.figures.iter().any(missed) { "–".to_owned() } else { String::new() }
}

fn ratio(value: Option<f64>, other: Option<f64>) -> String {
    match (value, other) {
        (Some(value), Some(other)) if other != 0.0 => short(value / other),
        _ => String::new(),
    }
}

/// Why figures are missing, one line each.
fn reasons(sheets: &[Sheet]) -> String {
    let mut text = String::new();
    for sheet in sheets {
        for figure in &sheet.figures {
            if let Err(reason) = &figure.values {
                let _ = write!(text, "\n- {}, {}: {reason}", sheet.server, figure.name);
            }
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:<width$} ");
        }
        text.push_str("|\n");
        if index == 0 {
            for width in &widths {
                let _ = write!(text, "| {} ", "-".repeat(*width));
            }
            text.push_str("|\n");
        }
    }
    text
}

/// All figures for programs: `{server: {figure: {value, values, unit} or {missing}}}`, `values` being those of each round.
pub fn to_json(sheets: &[Sheet]) -> Value {
    let figure = |figure: &Figure| match figure.value() {
        Ok(value) => {
            (figure.name.clone(), json!({"value": value, "values": figure.values, "unit": figure.unit}))
        }
        Err(reason) => (figure.name.clone(), json!({"missing": reason})),
    };
    let sheet =
        |sheet: &Sheet| (sheet.server.to_owned(), Value::Object(sheet.figures.iter().map(figure).collect()));
    Value::Object(sheets.iter().map(sheet).collect())
}

#[cfg(test)]
mod tests {
    use super::{Goal, Sheet, short, table};

    #[test]
    fn three_digits_are_enough() {
        let shown: Vec<String> = [0.0, 0.0554, 1.0, 2.345, 17.04, 12_345.6].into_iter().map(short).collect();
        assert_eq!(shown, ["0", "0.055", "1", "2.35", "17", "12346"]);
    }

    #[test]
    fn rounds_come_to_their_median() {
        let mut ours = Sheet::new("chatsphere");
        for value in [9.0, 1.0, 2.0] {
            ours.add("a", "ms", Some(value), Some(Goal::AtMost(2.0)));
        }
        for lost in [0.0, 7.0, 0.0] {
            ours.add("lost", "deliveries", Some(lost), Some(Goal::AtMost(0.0)));
        }
        assert_eq!(ours.value("lost"), Some(7.0));
        ours.add("b", "ms", Some(1.0), None);
        ours.add("b", "ms", None, None);
        assert_eq!((ours.value("a"), ours.value("b")), (Some(2.0), None));
        let text = table(&[ours]);
        assert_eq!(text.lines().filter(|line| line.starts_with("| a")).count(), 1, "{text}");
        assert!(text.ends_with("- chatsphere, b: not measured\n"), "{text}");
    }

    #[test]
    fn a_missed_point_shows_in_the_rows_of_its_figures() {
        let mut ours = Sheet::new("chatsphere");
        ours.missing("b", "too slow");
        ours.add("c: x", "ms", Some(1.0), None);
        let mut floor = Sheet::new("floor");
        for name in ["a: x", "b: x", "c: x"] {
            floor.add(name, "ms", Some(2.0), None);
        }
        let text = table(&[ours, floor]);
        let rows: Vec<Vec<&str>> =
            text.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
        let cells: Vec<_> = rows.iter().skip(2).take(3).map(|row| (row[1], row[3])).collect();
        assert_eq!(cells, [("a: x", ""), ("b: x", "–"), ("c: x", "1")]);
        assert!(text.ends_with("- chatsphere, b: too slow\n"), "{text}");
    }

    #[test]
    fn goals_are_judged_against_the_floor_of_the_same_run() {
        let mut ours = Sheet::new("chatsphere");
        ours.add("a", "ms", Some(5.0), Some(Goal::FloorTimes(2.0)));
        ours.add("b", "/s", Some(5.0), Some(Goal::FloorPart(0.25)));
        let mut floor = Sheet::new("floor");
        floor.add("a", "ms", Some(2.0), None);
        floor.missing("b", "too slow");
        let text = table(&[ours, floor]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[2].contains("| 2.5 ") && lines[2].trim_end_matches([' ', '|']).ends_with("NO"),
            "{text}"
        );
        assert!(!lines[3].contains("yes") && !lines[3].contains("NO"), "{text}");
        assert!(text.ends_with("- floor, b: too slow\n"), "{text}");
    }
}
