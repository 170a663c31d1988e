//! What can be asked for on the command line.

use std::{fmt::Write as _, io::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Parser, Subcommand};
use config::{Config, ConfigError, RegistrationMode};
use server::{Server, StartError};

use crate::{logging, signals};

/// Team chat that belongs to the people who run it: a Matrix homeserver with its own web client.
///
/// Without any settings it serves http://localhost:8008 and keeps everything in the folder ./data. Settings are read
/// from --config, else ./chatsphere.toml, else chatsphere/chatsphere.toml in the user's settings folder, else
/// /etc/chatsphere/chatsphere.toml; variables such as CHATSPHERE_SERVER__NAME win over the file.
#[expect(clippy::doc_markdown, reason = "it is the text of --help, where marks would show")]
#[derive(Debug, Parser)]
#[command(
    name = "chatsphere",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 stopped on request, 1 could not run, 2 wrong settings or arguments."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: File,
}

/// Which settings file to read.
#[derive(Debug, Args)]
pub(crate) struct File {
    /// The settings file
    #[arg(long, short, value_name = "FILE", env = "CHATSPHERE_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default); SIGTERM and Ctrl-C stop it cleanly
    Run(File),
    /// Check the settings, or print a sample of all of them
    #[command(subcommand)]
    Config(ConfigCommand),
    /// The key that the server signs with
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print the version
    Version,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say whether the settings are right, and what to do if not
    Check {
        /// The settings file; unless given, the one that the server would read
        file: Option<PathBuf>,
    },
    /// Print a settings file with every key, its meaning and its default
    Sample,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make a new key, while the server does not run; what the old one signed stays good
    Rotate(File),
}

/// Why the program ends early, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server can't start, or had to stop.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The operating system refused something basic.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The log can't be set up.
    #[error(transparent)]
    Logging(#[from] logging::LevelError),
}

impl Failure {
    /// 2 for what a person wrote, 1 for what the world is like.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Config(_) | Self::Logging(_) => ExitCode::from(2),
            Self::Start(_) | Self::System(_) => ExitCode::from(1),
        }
    }
}

/// Does what the arguments say.
pub(crate) fn dispatch(arguments: Cli) -> Result<(), Failure> {
    match arguments.command {
        None => run(arguments.run),
        Some(Command::Run(file)) => run(File { config: file.config.or(arguments.run.config) }),
        Some(Command::Config(ConfigCommand::Check { file })) => check(file.or(arguments.run.config)),
        Some(Command::Config(ConfigCommand::Sample)) => {
            print!("{}", config::sample());
            Ok(())
        }
        Some(Command::Key(KeyCommand::Rotate(file))) => {
            rotate_key(File { config: file.config.or(arguments.run.config) })
        }
        Some(Command::Version) => {
            println!("chatsphere {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    }
}

fn check(file: Option<PathBuf>) -> Result<(), Failure> {
    let file = file.or_else(config::find);
    Config::load(file.as_deref())?;
    match file {
        Some(file) => println!("{} is right", file.display()),
        None => println!("there is no settings file, and the defaults are right"),
    }
    Ok(())
}

fn rotate_key(file: File) -> Result<(), Failure> {
    let file = file.config.or_else(config::find);
    let config = Config::load(file.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (old, new) = runtime.block_on(server::rotate_key(&config))?;
    println!("{} signs with {new} from now on; {old} stays good for what it has signed", config.server.name);
    Ok(())
}

fn run(file: File) -> Result<(), Failure> {
    let file = file.config.or_else(config::find);
    let config = Arc::new(Config::load(file.as_deref())?);
    logging::start(&config.logging)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("worker").build()?;
    runtime.block_on(async {
        let mut stop = signals::Stop::listen()?;
        let server = Server::start(Arc::clone(&config)).await?;
        welcome(&config, &server);
        stop.wait().await;
        tracing::info!("stopping");
        server.stop().await?;
        Ok(())
    })
}

/// Where to go, for a person who has just started the server.
fn welcome(config: &Config, server: &Server) {
    let mut text = format!("ChatSphere {} runs: {}\n", env!("CARGO_PKG_VERSION"), config.server.base_url());
    for address in server.addresses() {
        _ = writeln!(text, "  listening on {address}");
    }
    let data = std::path::absolute(&config.server.data).unwrap_or_else(|_| config.server.data.clone());
    _ = writeln!(text, "  server name {}, data in {}", config.server.name, data.display());
    text.push_str(match config.registration_mode() {
        RegistrationMode::Open => "  anyone who reaches it can register\n",
        RegistrationMode::Token => "  people register with a token\n",
        RegistrationMode::Closed => "  registration is closed\n",
    });
    if server.has_no_accounts() {
        text.push_str("  the first person to register becomes the admin");
        if let Some(token) = server.first_token() {
            _ = write!(text, "; the token for that is {token}");
        }
        text.push('\n');
    }
    // Nobody may be reading.
    _ = std::io::stdout().write_all(text.as_bytes());
}
