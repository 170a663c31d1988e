//! Small files. What is larger today is listed with its size, and the list may only shrink.

use super::files::Sources;

/// Lines of a source file, tests beside the code not counted.
const LINES: usize = 320;

/// Lines of a file of tests.
const TEST_LINES: usize = 600;

/// Files over the limit, with the size that they may not pass.
const ALLOWED: &[(&str, usize)] = &[];

pub(super) fn check(sources: &Sources) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.rust() {
        let shipped = source.shipped_lines().count();
        let all = source.text.lines().count();
        let allowed = ALLOWED.iter().find(|(path, _)| *path == source.path).map(|(_, lines)| *lines);
        match allowed {
            Some(lines) if shipped > lines => {
                broken.push(format!(
                    "{}: {shipped} lines, and it may only shrink from {lines}: split it",
                    source.path
                ));
            }
            Some(_) if shipped <= LINES => {
                broken.push(format!(
                    "{}: small enough now, take it off the list in tidy/sizes.rs",
                    source.path
                ));
            }
            None if shipped > LINES => {
                broken.push(format!(
                    "{}: {shipped} lines before its tests, over {LINES}: split it by idea",
                    source.path
                ));
            }
            None if all - shipped > TEST_LINES => {
                broken.push(format!(
                    "{}: {} lines of tests, over {TEST_LINES}: split it by behaviour",
                    source.path,
                    all - shipped
                ));
            }
            _ => {}
        }
    }
    for (path, _) in ALLOWED {
        if sources.find(path).is_none() {
            broken.push(format!("{path}: gone, take it off the list in tidy/sizes.rs"));
        }
    }
    broken
}
