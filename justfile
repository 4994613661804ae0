# Recipes for people who work on slsx. `just ci` is what continuous integration runs.

default:
    @just --list

# Everything that must hold before a change lands.
ci: format lint deny test

format:
    cargo fmt --check

lint:
    cargo clippy --all-targets --locked -- -D warnings

deny:
    cargo deny --locked check

test:
    cargo test --locked

# The whole road on local AWS.
demo:
    cargo run -- demo

# Regenerate what tests compare: completions, snapshots of renderers.
regenerate:
    SNAPSHOTS=overwrite cargo test completions
    INSTA_UPDATE=always cargo test
