//! Parses arguments, loads settings, calls a command.

/// A made-up year is made 7% sooner than with the system's (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    std::process::exit(hotline::cli::run());
}
