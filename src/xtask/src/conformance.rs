//! Complement's results as a table that is kept in the repository.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{places, step};

/// `conformance FILE COMMIT`: takes a file of `go test -json` lines and the suite's commit. Tests that the file does
/// not mention keep their old line.
pub(crate) fn merge(arguments: &[String]) -> Result<()> {
    let [file, commit] = arguments else { bail!("usage: ./x conformance FILE COMMIT") };
    let path = places::root().join("complement/results.tsv");
    let mut results = parse_table(&fs::read_to_string(&path).unwrap_or_default());
    let lines = fs::read_to_string(file).with_context(|| format!("{file} can't be read"))?;
    results.extend(parse_go(&lines));
    let date = step::Run::new("date").args(["-u", "+%Y-%m-%d"]).read()?;
    fs::write(&path, table(&results, commit, date.trim()))?;
    for (package, [pass, fail, skip]) in totals(&results) {
        step::say(&format!("{package}: {pass} pass, {fail} fail, {skip} skip (top-level tests)"));
    }
    Ok(())
}

/// Package and test to pass, fail or skip.
type Results = BTreeMap<(String, String), String>;

fn parse_table(text: &str) -> Results {
    let row = |line: &str| {
        let mut columns = line.split('\t').map(str::to_owned);
        Some(((columns.next()?, columns.next()?), columns.next()?))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
}

fn parse_go(text: &str) -> Results {
    let row = |line: &str| {
        let value: Value = serde_json::from_str(line).ok()?;
        let field = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        let package = field("Package")?;
        let package =
            package.split_once("/tests").map_or("tests".to_owned(), |(_, rest)| format!("tests{rest}"));
        let action = field("Action").filter(|action| matches!(action.as_str(), "pass" | "fail" | "skip"))?;
        Some(((package, field("Test")?), action))
    };
    text.lines().filter_map(row).collect()
}

fn table(results: &Results, commit: &str, date: &str) -> String {
    let mut text = format!("# Complement {commit}, {date}: package, test, result\n");
    for ((package, test), result) in results {
        _ = writeln!(text, "{package}\t{test}\t{result}");
    }
    text
}

/// Passed, failed and skipped top-level tests of each package.
fn totals(results: &Results) -> BTreeMap<&str, [u64; 3]> {
    let mut totals: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for ((package, _), result) in results.iter().filter(|((_, test), _)| !test.contains('/')) {
        let row = totals.entry(package).or_default();
        let column = match result.as_str() {
            "pass" => &mut row[0],
            "fail" => &mut row[1],
            _ => &mut row[2],
        };
        *column += 1;
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO: &str = r#"{"Action":"run","Package":"github.com/matrix-org/complement/tests/csapi","Test":"TestA"}
{"Action":"output","Package":"github.com/matrix-org/complement/tests/csapi","Test":"TestA","Output":"x\n"}
{"Action":"pass","Package":"github.com/matrix-org/complement/tests/csapi","Test":"TestA/one"}
{"Action":"fail","Package":"github.com/matrix-org/complement/tests/csapi","Test":"TestA"}
not json
{"Action":"fail","Package":"github.com/matrix-org/complement/tests/csapi"}"#;

    #[test]
    fn new_results_replace_old_ones() {
        let old = "# Complement x, y\ntests/csapi\tTestA\tpass\ntests/csapi\tTestB\tskip\n";
        let mut results = parse_table(old);
        results.extend(parse_go(GO));
        assert_eq!(
            table(&results, "abc", "2026-01-02"),
            "# Complement abc, 2026-01-02: package, test, result\n\
             tests/csapi\tTestA\tfail\ntests/csapi\tTestA/one\tpass\ntests/csapi\tTestB\tskip\n"
        );
        assert_eq!(totals(&results)["tests/csapi"], [0, 1, 1]);
    }
}
