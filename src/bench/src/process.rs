//! What the operating system knows of a process and its children, and the starting and stopping of servers.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};

use crate::Trouble;
use crate::clock::{now, sleep};

/// Linux counts a process's time in hundredths of a second for user space, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// User and system CPU seconds of a process, its living descendants and those it has waited for. `None` when it is gone.
pub fn cpu_seconds(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let own = times(&stat)?.iter().sum::<u64>() as f64 / TICKS_PER_SECOND;
    Some(own + children(pid).into_iter().filter_map(cpu_seconds).sum::<f64>())
}

/// User and system CPU seconds of this process alone, without the servers that it started.
pub fn own_cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let [user, system, ..] = times(&stat)?;
    Some((user + system) as f64 / TICKS_PER_SECOND)
}

/// utime, stime, cutime and cstime, which stand at fixed places after the name in parentheses.
fn times(stat: &str) -> Option<[u64; 4]> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let field = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some([field(11)?, field(12)?, field(13)?, field(14)?])
}

fn children(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>())
        .collect()
}

/// Resident memory, in MiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Now.
    pub current: f64,
    /// The most there ever was.
    pub peak: f64,
}

/// The memory of a process and its living descendants. `None` when it is gone.
pub fn memory(pid: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let mut memory =
        Memory { current: kib(&status, "VmRSS:")? / 1024.0, peak: kib(&status, "VmHWM:")? / 1024.0 };
    for child in children(pid).into_iter().filter_map(self::memory) {
        memory.current += child.current;
        memory.peak += child.peak;
    }
    Some(memory)
}

fn kib(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The bytes of all files under a folder, in MiB.
pub fn folder_size(folder: &Path) -> f64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0.0 };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(about) if about.is_dir() => folder_size(&entry.path()),
        Ok(about) => about.len() as f64 / 1024.0 / 1024.0,
        Err(_) => 0.0,
    };
    entries.flatten().map(size).sum()
}

/// The machine's average number of running processes over the last minute.
pub fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Two sockets a person need more open files than many systems allow at first; the servers started here inherit it.
pub fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    // When it is refused, opening the sockets says so.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// A port on the loopback address that nobody listens on right now.
pub fn free_port() -> Result<u16, Trouble> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(Trouble::io("finding a free port"))?;
    Ok(listener.local_addr().map_err(Trouble::io("finding a free port"))?.port())
}

/// A server that the harness started; stopped when dropped.
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts `command` with its output in `log`.
    pub fn start(mut command: Command, log: &Path) -> Result<Self, Trouble> {
        let doing = || format!("starting {}", command.get_program().display());
        let file = fs::File::create(log).map_err(Trouble::io(log.display().to_string()))?;
        let errors = file.try_clone().map_err(Trouble::io(log.display().to_string()))?;
        let failed = Trouble::io(doing());
        command.stdin(Stdio::null()).stdout(file).stderr(errors);
        Ok(Self { child: command.spawn().map_err(failed)? })
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Asks the server to stop, and after ten seconds makes it.
    pub fn stop(&mut self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
            && !self.has_ended()
        {
            // It may have ended in between.
            let _ = kill_process(pid, Signal::TERM);
        }
        let until = now() + Duration::from_secs(10);
        while !self.has_ended() && now() < until {
            sleep(Duration::from_millis(10));
        }
        if !self.has_ended() {
            // Fails only if it ended after all.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::{kib, times};

    #[test]
    fn names_with_parentheses_do_not_confuse_the_times() {
        let stat = "7 (a) (b) S 1 7 7 0 -1 4194560 10 0 0 0 11 22 33 44 20 0 1 0";
        assert_eq!(times(stat), Some([11, 22, 33, 44]));
        assert_eq!(times("nonsense"), None);
    }

    #[test]
    fn memory_is_read_in_kibibytes() {
        assert_eq!(kib("Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n", "VmRSS:"), Some(1024.0));
        assert_eq!(kib("Name:\tx\n", "VmRSS:"), None);
    }
}
