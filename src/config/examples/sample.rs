//! Prints the sample of the settings; `./x config-sample` keeps it in the repository.

#[expect(clippy::print_stdout, reason = "its whole purpose")]
fn main() {
    print!("{}", config::sample());
}
