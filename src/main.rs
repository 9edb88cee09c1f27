//! Parses arguments, loads settings, calls a command.

fn main() {
    std::process::exit(hotline::cli::run());
}
