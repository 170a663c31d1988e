//! Lists of hosts: `example.org`, or `*.example.org` for all below it.

use crate::problem::Problems;

/// Whether `host` may be dealt with: on no list of those denied and, unless all are, on that of those allowed.
pub(super) fn allows(allowed: &[String], denied: &[String], host: &str) -> bool {
    let is_in = |list: &[String]| list.iter().any(|pattern| is_match(pattern, host));
    !is_in(denied) && (allowed.is_empty() || is_in(allowed))
}

/// Adds a problem for each entry of the list `key` that is no `what`.
pub(super) fn validate(problems: &mut Problems, key: &'static str, list: &[String], what: &str) {
    for pattern in list {
        let name = pattern.strip_prefix("*.").unwrap_or(pattern);
        if name.is_empty() || name.contains(['*', '/', ' ']) {
            problems.add(
                key,
                format!("{pattern:?} is no {what}"),
                "write it like \"example.org\" or \"*.example.org\"",
            );
        }
    }
}

/// Case makes no difference.
fn is_match(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => {
            let rest = host.len().checked_sub(parent.len()).and_then(|at| host.split_at_checked(at));
            rest.is_some_and(|(child, end)| {
                child.len() > 1 && child.ends_with('.') && end.eq_ignore_ascii_case(parent)
            })
        }
        None => host.eq_ignore_ascii_case(pattern),
    }
}
