//! The harness measures the floor: every scenario finds what it looks for in a server that is known to be right.

use std::time::Duration;

use bench::floor;
use bench::process::free_port;
use bench::report::{Sheet, to_json};
use bench::scale::Scale;
use bench::scenario::{Context, Scenario, measure};
use bench::target::{Kind, Target};
use serde_json::Value;

fn small() -> Scale {
    Scale {
        fanout: vec![(5, vec![20])],
        load: Duration::from_secs(1),
        joins: 60,
        rooms: 3,
        messages: 4,
        reads: 2,
        empty_syncs: 5,
        stage: Duration::from_mins(1),
        ..Scale::quick()
    }
}

/// The figures of some scenarios, measured on a floor of their own.
fn figures(scenarios: &[Scenario]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let address = ([127, 0, 0, 1], free_port().expect("a port")).into();
    let file = folder.path().join("floor.log");
    std::thread::spawn(move || floor::serve(address, &file));
    let kind = Kind::Running(address, Some(std::process::id()));
    let target = Target { name: "floor", kind, data: folder.path().to_owned() };
    let mut sheet = Sheet::new("floor");
    for scenario in scenarios {
        let prefix = scenario.name().to_owned();
        measure(*scenario, &mut Context { target: &target, scale: &small(), sheet: &mut sheet, prefix });
    }
    to_json(&[sheet])["floor"].clone()
}

fn value(figures: &Value, name: &str) -> f64 {
    figures[name]["value"].as_f64().unwrap_or_else(|| panic!("{name} is missing: {figures:#}"))
}

#[test]
fn everybody_gets_every_message() {
    let figures = figures(&[Scenario::Fanout]);
    assert!(value(&figures, "fanout 5@20: lost") < 0.5);
    assert!(value(&figures, "fanout 5@20: delivery p50") > 0.0);
    assert!(value(&figures, "fanout 5@20: messages a delivery") >= 1.0);
    assert_eq!(figures["fanout 5@20: delivered twice"], Value::Null);
    assert_eq!(figures["fanout 5@20: requests refused"], Value::Null);
}

#[test]
fn senders_joiners_and_large_accounts_are_measured() {
    let figures = figures(&[Scenario::Send, Scenario::Joins, Scenario::Sync]);
    assert!(value(&figures, "send: throughput") > 0.0);
    assert!(value(&figures, "send: refused") < 0.5);
    assert!(value(&figures, "joins: throughput") > 0.0);
    assert!(value(&figures, "joins: /members p50") > 0.0);
    assert!(value(&figures, "sync: initial, size") > 0.0);
    assert!(value(&figures, "sync: empty, p50") > 0.0);
}
