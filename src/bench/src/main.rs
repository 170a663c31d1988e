//! The harness's command, `./x bench`.

fn main() -> std::process::ExitCode {
    bench::cli::main()
}
