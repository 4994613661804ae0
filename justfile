# Recipes for people who work on slsx. `just ci` is what continuous integration runs.

default:
    @just --list

# Everything that must hold before a change lands; the last step is what the server runs on a fresh clone.
ci: format lint deny
    .ci/run

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
