//! What people get for what they write.

use std::time::Duration;

use config::{ByteSize, Config, RegistrationMode};

fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chatsphere.toml");
    std::fs::write(&file, toml).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let shown = file.display().to_string();
    Config::load_with(Some(&file), variables).map_err(|error| error.to_string().replace(&shown, "FILE"))
}

fn problem(toml: &str) -> String {
    load(toml, &[]).expect_err("this should be refused")
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.server.name, "localhost");
    assert_eq!(config.server.base_url(), "http://localhost:8008");
    assert_eq!(config.registration_mode(), RegistrationMode::Open);
    assert_eq!(config.media.max_upload_bytes, ByteSize::mib(10));
}

#[test]
fn no_file_keeps_data_in_the_current_folder() {
    let config = Config::load_with(None, []).unwrap();
    assert_eq!(config.database_path(), std::path::Path::new("data/db"));
}

#[test]
fn paths_start_at_the_file() {
    let config = load("[server]\ndata = \"here\"", &[]).unwrap();
    assert!(config.server.data.is_absolute());
    assert!(config.media_path().ends_with("here/media"));
}

#[test]
fn a_server_that_others_can_reach_wants_tokens() {
    for toml in ["[server]\nname = \"example.org\"", "[server]\nlisten = [\"0.0.0.0:8008\"]"] {
        assert_eq!(load(toml, &[]).unwrap().registration_mode(), RegistrationMode::Token);
    }
}

#[test]
fn variables_win_and_take_what_the_key_takes() {
    let config = load(
        "[server]\nname = \"one.example\"\n[tokens]\naccess_lifetime = \"5m\"",
        &[
            ("CHATSPHERE_SERVER__NAME", "two.example"),
            ("CHATSPHERE_SERVER__LISTEN", "127.0.0.1:1, [::1]:2"),
            ("CHATSPHERE_ROOMS__DEFAULT_VERSION", "11"),
            ("CHATSPHERE_PRESENCE__ENABLED", "false"),
            ("CHATSPHERE_MEDIA__MAX_PIXELS", "99"),
            ("CHATSPHERE_REGISTRATION__SHARED_SECRET", "12345"),
            ("CHATSPHERE_REGISTRATION__MODE", "closed"),
            ("CHATSPHERE_BIN", "is not a setting"),
        ],
    )
    .unwrap();
    assert_eq!(config.server.name, "two.example");
    assert_eq!(config.server.listen.len(), 2);
    assert_eq!(config.rooms.default_version, "11");
    assert!(!config.presence.enabled);
    assert_eq!(config.media.max_pixels, 99);
    assert!(config.registration.shared_secret.unwrap().matches("12345"));
    assert_eq!(config.registration.mode, Some(RegistrationMode::Closed));
    assert_eq!(config.tokens.access_lifetime.duration(), Duration::from_secs(300));
}

#[test]
fn unknown_keys_are_all_named_with_the_nearest() {
    assert_eq!(
        problem("[server]\nnmae = \"x\"\nlisten_on = []\n[sevrer]\nname = \"x\""),
        "FILE: server.listen_on: there is no such key; did you mean \"listen\"?\n\
         FILE: server.nmae: there is no such key; did you mean \"name\"?\n\
         FILE: sevrer: there is no such section; did you mean \"server\"?"
    );
    assert_eq!(
        load("", &[("CHATSPHERE_SERVER__PORT", "1")]).unwrap_err(),
        "CHATSPHERE_SERVER__PORT: server.port: there is no such key; remove it; `chatsphere config sample` shows all there are"
    );
}

#[test]
fn wrong_values_name_key_and_fix() {
    let cases = [
        (
            "[server]\nname = \"https://x\"",
            "FILE: server.name: \"https://x\" is no server name; use a host name",
        ),
        ("[server]\nname = \"Example.org\"", "write \"example.org\""),
        ("[server]\nlisten = \"8008\"", "FILE: server.listen: found string \"8008\", expected a sequence"),
        ("[server]\nlisten = [\"8008\"]", "FILE: server.listen: "),
        ("[server]\nlisten = []", "FILE: server.listen: nobody could reach the server; name an address"),
        ("[server]\npublic_base_url = \"ftp://x\"", "FILE: server.public_base_url: "),
        ("[server]\nextra_ca_file = \"/none\"", "FILE: server.extra_ca_file: /none can't be read"),
        ("[tls]\nlisten = [\"127.0.0.1:1\"]", "FILE: tls.certificate: missing, but tls.listen is set"),
        (
            "[registration]\nmode = \"opne\"",
            "FILE: registration.mode: \"opne\" is not one of open, token, closed",
        ),
        ("[registration]\ntokens = [\"a b\"]", "FILE: registration.tokens: "),
        ("[registration]\nshared_secret = \"\"", "FILE: registration.shared_secret: empty"),
        (
            "[rooms]\ndefault_version = \"13\"",
            "FILE: rooms.default_version: this server knows no room version \"13\"",
        ),
        (
            "[media]\nmax_upload_bytes = \"many\"",
            "FILE: media.max_upload_bytes: \"many\" is no size; write it like",
        ),
        ("[media]\nallowed_types = [\"png\"]", "FILE: media.allowed_types: \"png\" is no media type"),
        ("[sync]\ntimeline_limit = 1000", "FILE: sync.timeline_limit: 1000 is not between 1 and"),
        ("[tokens]\naccess_lifetime = \"8d\"", "FILE: tokens.refresh_lifetime: 7d is not longer"),
        ("[passwords]\niterations = 0", "FILE: passwords.iterations: "),
        ("[rate_limits]\nlogin = \"fast\"", "FILE: rate_limits.login: \"fast\" is no rate"),
        ("server = 3", "FILE: server: "),
    ];
    for (toml, expected) in cases {
        let problem = problem(toml);
        assert!(problem.contains(expected), "{toml}\n{problem}");
    }
}

#[test]
fn bad_toml_says_where() {
    let problem = problem("[server]\nname = oops");
    assert!(problem.starts_with("FILE: is no valid TOML") && problem.contains("line 2"), "{problem}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load_with(Some(std::path::Path::new("/none/chatsphere.toml")), []).unwrap_err();
    assert!(error.to_string().starts_with("/none/chatsphere.toml: can't be read"), "{error}");
}

#[test]
fn secrets_are_not_printed() {
    let config =
        load("[registration]\nshared_secret = \"opensesame\"\ntokens = [\"opensesame\"]", &[]).unwrap();
    assert!(!format!("{config:?}").contains("opensesame"));
}
