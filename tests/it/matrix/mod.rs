//! Every pattern in every language: scaffolded, tested by its own tests, audited, deployed, proven, stripped of each
//! permission in turn, and destroyed to nothing. Each row is printed with its times.

mod cell;
mod grants;
mod lint;
mod policies;
mod remains;
mod sabotage;
mod sequential;
mod variants;
mod workflow;

use cell::Cell;

/// One test for each cell, so that a failure names it.
macro_rules! cells {
    ($($name:ident: $pattern:literal $language:literal $answers:expr;)*) => {
        $(#[test]
        fn $name() {
            Cell { pattern: $pattern, language: $language, answers: &$answers }.walk();
        })*

        /// What the tests above walk.
        const CELLS: &[Cell] = &[$(Cell { pattern: $pattern, language: $language, answers: &$answers }),*];
    };
}

cells! {
    api_proxy_in_python: "api-proxy" "python" [];
    api_proxy_in_node: "api-proxy" "node" ["api=rest"];
    api_proxy_in_rust: "api-proxy" "rust" [];
    fan_out_in_python: "fan-out" "python" [];
    fan_out_in_node: "fan-out" "node" ["bus=eventbridge", "workers=resize,index-db,scan"];
    fan_out_in_rust: "fan-out" "rust" [];
    sqs_buffer_in_python: "sqs-buffer" "python" [];
    sqs_buffer_in_node: "sqs-buffer" "node" ["max-receives=2"];
    sqs_buffer_in_rust: "sqs-buffer" "rust" ["max-receives=2"];
    step_functions_in_python: "step-functions" "python" [];
    step_functions_in_node: "step-functions" "node" ["type=express"];
    step_functions_in_rust: "step-functions" "rust" [];
    cqrs_in_python: "cqrs" "python" [];
    cqrs_in_node: "cqrs" "node" [];
    cqrs_in_rust: "cqrs" "rust" ["read-model=dynamodb"];
}

#[test]
fn every_pattern_is_walked_in_every_language() {
    let mut there: Vec<(String, String)> = Vec::new();
    for pattern in slsx::pattern::all().unwrap() {
        for language in &pattern.manifest.languages {
            there.push((pattern.manifest.id.clone(), language.name.clone()));
        }
    }
    let mut walked: Vec<(String, String)> =
        CELLS.iter().map(|cell| (cell.pattern.to_owned(), cell.language.to_owned())).collect();
    walked.sort();
    there.sort();
    assert_eq!(walked, there);
}

/// Named so that it comes last: the cells have built by then what it deploys.
#[test]
fn without_any_one_of_its_permissions_each_promise_breaks() {
    grants::prove_each_is_used_in(CELLS);
}
