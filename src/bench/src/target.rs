//! The servers that a run measures, and how each is started.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Trouble;
use crate::api;
use crate::authority::Certificates;
use crate::clock::{now, sleep};
use crate::drive::{Replies, batch};
use crate::process::{Server, free_port};
use crate::synapse;
use crate::wire::Wire;

/// A server that does not answer within this time of its start has failed.
const START: Duration = Duration::from_secs(90);

/// One server under measurement.
pub enum Kind {
    /// The binary of this project.
    ChatSphere(PathBuf),
    /// Synapse, by the Python that has it.
    Synapse(PathBuf),
    /// The harness's own floor.
    Floor,
    /// Somebody else's server, running already.
    Running(SocketAddr, Option<u32>),
}

/// A server and the folder that keeps its data from one start to the next.
pub struct Target {
    /// Its name in the table.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its data; unused by a server that runs already.
    pub data: PathBuf,
}

/// A server that answers.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Its process, if known.
    pub pid: Option<u32>,
    /// From the start of the process to the first answer; `None` if it ran before.
    pub first_answer: Option<Duration>,
    _server: Option<Server>,
}

impl Target {
    /// Whether the harness starts and stops it.
    pub fn is_ours_to_start(&self) -> bool {
        !matches!(self.kind, Kind::Running(..))
    }

    /// Whether what it was told is still there after it was started again.
    pub fn keeps_data(&self) -> bool {
        self.is_ours_to_start() && !matches!(self.kind, Kind::Floor)
    }

    /// Starts the server on its data folder and waits for the first answer to `GET /versions`.
    pub fn start(&self) -> Result<Running, Trouble> {
        self.start_on(&self.data)
    }

    /// Like [`Target::start`], on another data folder.
    pub fn start_on(&self, data: &Path) -> Result<Running, Trouble> {
        self.start_with(data, None)
    }

    /// Starts the server on an empty data folder as one that speaks with others, and tells its name among them. `None` for what
    /// can't.
    pub fn start_among_others(
        &self,
        data: &Path,
        certificates: &Certificates,
    ) -> Result<Option<(Running, String)>, Trouble> {
        if !matches!(self.kind, Kind::ChatSphere(_) | Kind::Synapse(_)) {
            return Ok(None);
        }
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let running = self.start_with(data, Some((address, certificates)))?;
        Ok(Some((running, address.to_string())))
    }

    /// `peer` is where the server speaks with others, which is its name as well.
    fn start_with(&self, data: &Path, peer: Option<(SocketAddr, &Certificates)>) -> Result<Running, Trouble> {
        if let Kind::Running(address, pid) = self.kind {
            let mut wire = Wire::new(address)?;
            let limit = Duration::from_secs(30);
            batch(&mut wire, "asking for /versions", vec![api::versions()], 1, limit)?;
            return Ok(Running { address, pid, first_answer: None, _server: None });
        }
        std::fs::create_dir_all(data).map_err(Trouble::io(data.display().to_string()))?;
        let port = free_port()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let command = match &self.kind {
            Kind::ChatSphere(binary) => chatsphere(binary, data, address, peer),
            Kind::Synapse(python) => synapse::command(python, data, port, peer)?,
            Kind::Floor | Kind::Running(..) => floor(data, address)?,
        };
        let log = data.join("bench-output.log");
        let begin = now();
        let mut server = Server::start(command, &log)?;
        loop {
            if answers(address) {
                let pid = Some(server.pid());
                return Ok(Running {
                    address,
                    pid,
                    first_answer: Some(begin.elapsed()),
                    _server: Some(server),
                });
            }
            if server.has_ended() || begin.elapsed() > START {
                let why = if server.has_ended() { "ended at once" } else { "did not answer in time" };
                return Err(Trouble::Setup(format!("{} {why}; it said:\n{}", self.name, tail(&log))));
            }
            sleep(Duration::from_millis(1));
        }
    }
}

/// Whether the server answers `GET /versions` now. Asked often, so a refused connection must cost nothing.
fn answers(address: SocketAddr) -> bool {
    if std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
        return false;
    }
    let ask = || {
        let mut wire = Wire::new(address)?;
        batch(&mut wire, "versions", vec![api::versions()], 1, Duration::from_secs(10))
    };
    ask().is_ok_and(|replies: Replies| replies.all.iter().all(|reply| reply.status == 200))
}

/// How this project's binary is run: everything by environment, as an operator could.
fn chatsphere(
    binary: &Path,
    data: &Path,
    address: SocketAddr,
    peer: Option<(SocketAddr, &Certificates)>,
) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("run")
        .env("CHATSPHERE_SERVER__NAME", "localhost")
        .env("CHATSPHERE_SERVER__LISTEN", format!("[\"{address}\"]"))
        .env("CHATSPHERE_SERVER__DATA", data)
        .env("CHATSPHERE_REGISTRATION__MODE", "open")
        .env("CHATSPHERE_RATE_LIMITS__ENABLED", "false")
        .current_dir(data);
    if let Some((peer, certificates)) = peer {
        command
            .env("CHATSPHERE_SERVER__NAME", peer.to_string())
            .env("CHATSPHERE_SERVER__ALLOW_PRIVATE_ADDRESSES", "true")
            .env("CHATSPHERE_SERVER__EXTRA_CA_FILE", &certificates.authority)
            .env("CHATSPHERE_TLS__LISTEN", format!("[\"{peer}\"]"))
            .env("CHATSPHERE_TLS__CERTIFICATE", &certificates.certificate)
            .env("CHATSPHERE_TLS__KEY", &certificates.key)
            .env("CHATSPHERE_FEDERATION__KEY_SERVERS", "")
            // Registering thousands of people is no measured part here.
            .env("CHATSPHERE_PASSWORDS__MEMORY", "1 MiB")
            .env("CHATSPHERE_PASSWORDS__ITERATIONS", "1");
    }
    command
}

fn floor(data: &Path, address: SocketAddr) -> Result<Command, Trouble> {
    let mut command =
        Command::new(std::env::current_exe().map_err(Trouble::io("finding the harness itself"))?);
    command.arg("floor").arg("--listen").arg(address.to_string()).arg("--file").arg(data.join("floor.log"));
    Ok(command)
}

/// The last lines of a server's output.
fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

/// The address of a base URL such as `http://127.0.0.1:8008`.
pub fn address(url: &str) -> Result<SocketAddr, Trouble> {
    let wrong = || Trouble::Setup(format!("--url {url}: give it as http://HOST:PORT (plain HTTP, no path)"));
    let host = url.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
    let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    with_port.to_socket_addrs().map_err(|_| wrong())?.next().ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn base_urls_are_plain_http() {
        assert_eq!(address("http://127.0.0.1:8008/").ok(), Some(([127, 0, 0, 1], 8008).into()));
        assert_eq!(address("http://127.0.0.1").ok(), Some(([127, 0, 0, 1], 80).into()));
        assert!(address("https://127.0.0.1:1").is_err());
        assert!(address("http://127.0.0.1:1/path").is_err());
    }
}
