//! A whole run: the servers, the scenarios one after another on each, the table.

use std::path::{Path, PathBuf};

use crate::Trouble;
use crate::clock::{now, unix_seconds};
use crate::people;
use crate::process::{self, allow_many_files};
use crate::report::{Sheet, print, say, table, to_json};
use crate::scale::Scale;
use crate::scenario::{Context, Scenario, measure};
use crate::synapse;
use crate::target::{Kind, Target};
use crate::wire::Wire;

/// What the command line asks for.
pub struct Plan {
    /// The servers; the first is the one that goals judge.
    pub servers: Vec<Choice>,
    /// What to measure.
    pub scenarios: Vec<Scenario>,
    /// How much.
    pub scale: Scale,
    /// How often, the servers in turn.
    pub rounds: usize,
    /// People to register before anything is measured.
    pub users: usize,
    /// Where data folders are made; the cache folder if not given.
    pub data: Option<PathBuf>,
    /// Leave the data folders.
    pub keep: bool,
    /// A file for all figures as JSON.
    pub json: Option<PathBuf>,
}

/// A server by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This project's binary.
    ChatSphere,
    /// The floor.
    Floor,
    /// Synapse.
    Synapse,
    /// A server that runs already.
    Running(std::net::SocketAddr, Option<u32>),
}

/// `${XDG_CACHE_HOME:-$HOME/.cache}/chatsphere`
fn cache() -> Result<PathBuf, Trouble> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")));
    base.map(|base| base.join("chatsphere")).ok_or_else(|| Trouble::Setup("HOME is not set".to_owned()))
}

/// The release build: named by `CHATSPHERE_BIN`, else beside this program.
fn binary() -> Result<PathBuf, Trouble> {
    let beside = || Some(std::env::current_exe().ok()?.with_file_name("chatsphere"));
    let binary = std::env::var_os("CHATSPHERE_BIN").map(PathBuf::from).or_else(beside).unwrap_or_default();
    if binary.is_file() {
        return Ok(binary);
    }
    let hint = "build it with `cargo build --release`, or name it in CHATSPHERE_BIN";
    Err(Trouble::Setup(format!("{} is not there: {hint}", binary.display())))
}

impl Plan {
    /// Runs everything and prints the table.
    pub fn run(&self) -> Result<(), Trouble> {
        allow_many_files();
        if let Some(load) = process::load().filter(|load| *load > 0.5) {
            say(&format!(
                "This machine is busy (load {load:.1}): times will be longer, and ratios less certain."
            ));
        }
        let cache = cache()?;
        let data = self.data.clone().unwrap_or_else(|| cache.join("bench"));
        let folder = data.join(format!("run-{}-{}", unix_seconds(), std::process::id()));
        std::fs::create_dir_all(&folder).map_err(Trouble::io(folder.display().to_string()))?;
        let measured = self.measure_all(&cache, &folder);
        if self.keep {
            say(&format!("The servers' data is kept in {}", folder.display()));
        } else {
            std::fs::remove_dir_all(&folder).map_err(Trouble::io(folder.display().to_string()))?;
        }
        let sheets = measured?;
        print(&table(&sheets));
        if let Some(file) = &self.json {
            let text = format!("{:#}\n", to_json(&sheets));
            std::fs::write(file, text).map_err(Trouble::io(file.display().to_string()))?;
        }
        Ok(())
    }

    fn measure_all(&self, cache: &Path, folder: &Path) -> Result<Vec<Sheet>, Trouble> {
        let targets = self.servers.iter().map(|choice| target(choice, cache, folder));
        let targets = targets.collect::<Result<Vec<Target>, Trouble>>()?;
        let mut sheets: Vec<Sheet> = targets.iter().map(|target| Sheet::new(target.name)).collect();
        if self.users > 0 {
            for (target, sheet) in targets.iter().zip(&mut sheets) {
                self.register_users(target, sheet);
            }
        }
        let resident = || target(&Choice::ChatSphere, cache, folder);
        let resident = self.scenarios.contains(&Scenario::Federation).then(resident).transpose()?;
        let steps =
            self.scenarios.iter().flat_map(|scenario| (0..self.rounds).map(move |round| (scenario, round)));
        for (number, (scenario, round)) in steps.enumerate() {
            let name = scenario.name();
            say(&if self.rounds > 1 { format!("{name}, round {}:", round + 1) } else { format!("{name}:") });
            for (target, sheet) in targets.iter().zip(&mut sheets) {
                let prefix = format!("b{}n{number}", unix_seconds());
                let resident = resident.as_ref();
                measure(*scenario, &mut Context { target, resident, scale: &self.scale, sheet, prefix });
            }
        }
        Ok(sheets)
    }

    fn register_users(&self, target: &Target, sheet: &mut Sheet) {
        if matches!(target.kind, Kind::Floor) {
            return;
        }
        say(&format!("Registering {} people first with {}", self.users, target.name));
        let register = || {
            let server = target.start()?;
            let begin = now();
            let prefix = format!("b{}u", unix_seconds());
            let mut wire = Wire::new(server.address)?;
            people::register(&mut wire, &prefix, self.users, self.scale.stage.saturating_mul(3))?;
            Ok::<f64, Trouble>(begin.elapsed().as_secs_f64())
        };
        let name = format!("registering {} people", self.users);
        match register() {
            Ok(seconds) => sheet.add(name, "s", Some(seconds), None),
            Err(trouble) => sheet.missing(name, &trouble.to_string()),
        }
    }
}

fn target(choice: &Choice, cache: &Path, folder: &Path) -> Result<Target, Trouble> {
    let (name, kind) = match choice {
        Choice::ChatSphere => ("chatsphere", Kind::ChatSphere(binary()?)),
        Choice::Floor => ("floor", Kind::Floor),
        Choice::Synapse => ("synapse", Kind::Synapse(synapse::install(cache)?)),
        Choice::Running(address, pid) => ("server", Kind::Running(*address, *pid)),
    };
    Ok(Target { name, kind, data: folder.join(name) })
}
