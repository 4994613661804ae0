use super::{human, json, plan, plan_json, summary};
use crate::coldstart::plan::{FunctionPlan, Plan, Wanted};
use crate::coldstart::report::{FunctionReport, Gathered, Report};
use crate::coldstart::sample::{DropReason, Sample, Start};
use crate::coldstart::subject::{Note, Subject};
use crate::coldstart::{Schedule, Strategy};
use crate::journal::{Place, Target};
use crate::pricing::US_EAST_1;
use crate::render::style::Style;

pub(super) fn aws() -> Place {
    Place { account: "123456789012".into(), region: "us-east-1".into(), target: Target::Aws }
}

fn local() -> Place {
    Place { target: Target::Local { instance: "default".into() }, ..aws() }
}

fn subject(name: &str) -> Subject {
    Subject {
        function: name.into(),
        arn: format!("arn:aws:lambda:us-east-1:123456789012:function:{name}").as_str().into(),
        runtime: Some("python3.13".into()),
        architecture: "arm64".into(),
        memory_mb: 256,
        timeout_s: 10,
        is_image: false,
        has_snap_start: false,
        in_vpc: false,
        code_sha256: "sha".into(),
    }
}

fn sample(round: u32, start_ms: f64) -> Sample {
    Sample {
        round,
        start: Start::Init,
        start_ms,
        request_id: None,
        cpu_ms: None,
        duration_ms: 4.5,
        billed_ms: Some(start_ms.ceil() + 5.0),
        client_ms: start_ms + 4.5 + 42.25,
        max_memory_mb: Some(64.0),
        has_init_timed_out: false,
    }
}

fn report(place: Place) -> Report {
    report_of(place, vec![measured("uploads-thumbnail", 0.0)])
}

/// A function with two starts of the first round and eight that count, each so much slower.
pub(super) fn measured(name: &str, slower_ms: f64) -> FunctionReport {
    let mut samples = vec![sample(0, 180.0), sample(0, 190.5)];
    samples
        .extend((0..8_u8).map(|index| sample(1 + u32::from(index) / 3, 80.0 + slower_ms + f64::from(index))));
    let gathered = Gathered {
        samples,
        dropped: [(DropReason::NotCold, 2), (DropReason::Throttled, 1)].into(),
        calls: 13,
        rounds: 4,
        warm_round_trips: vec![12.0, 12.25, 15.0],
        warm_durations: vec![4.0, 4.25, 5.0],
    };
    let schedule = Schedule { samples: 10, width: 3, rounds: 4 };
    FunctionReport::new(subject(name), None, schedule, vec![Note::Vpc], gathered)
}

pub(super) fn report_of(place: Place, functions: Vec<FunctionReport>) -> Report {
    Report {
        run: "00ff".into(),
        place,
        seed: 42,
        started_ms: 1_800_000_000_000,
        elapsed_ms: 12_345,
        strategy: Strategy::Version,
        page_cache: None,
        functions,
        comparisons: Vec::new(),
        gates: Vec::new(),
    }
}

fn a_plan(place: Place) -> Plan {
    let prices = (!place.is_local()).then_some(US_EAST_1);
    let functions = vec![FunctionPlan::new(
        subject("uploads-thumbnail"),
        None,
        Wanted::each(50),
        Strategy::Version,
        Some(20),
        prices.as_ref(),
    )];
    Plan { run: "00ff".into(), place, seed: 42, strategy: Strategy::Version, functions, prices }
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_report_for_people() {
    insta::assert_snapshot!(text(|out| human(&report(aws()), Style::plain(100), out)), @r#"
    Cold starts in account 123456789012 in us-east-1

    Init or Restore Duration, milliseconds; below each quantile its 95 % interval
    ----------------------------------------------------------------------------------------------------
     function            n    min            p50           p90           p95           p99    max   MAD
    ====================================================================================================
     uploads-thumbnail   8   80.0           83.5          86.3          86.7          86.9   87.0   2.0
                                    [80.0, 87.0]   n too small   n too small   n too small
                                                    (needs 36)    (needs 72)   (needs 368)
    ----------------------------------------------------------------------------------------------------

    Where the time of a cold invoke goes, median milliseconds
    -----------------------------------------------------------------------------------------------
     function            init   handler   platform   client   warm round trip   first after change
    ===============================================================================================
     uploads-thumbnail   83.5       4.5       30.0    130.2              12.2                185.2
    -----------------------------------------------------------------------------------------------

    uploads-thumbnail: python3.13, arm64, 256 MB
      13 calls in 4 rounds of up to 3; 3 dropped: 2 not cold (a used or proactively initialised environment), 1 throttled
      only 8 of the 10 samples wanted: the limit of calls was reached
      in a VPC: an update takes about 25 s

    Bursts on freshly published versions, functions interleaved (seed 42), 12.3 s in all.
    Starts in a burst tend to be faster than single ones: compare bursts with bursts.
    MAD: median distance from p50. Platform: client time without init, handler and a warm round trip.
    "#);
}

#[test]
fn a_plan_for_people() {
    insta::assert_snapshot!(text(|out| plan(&a_plan(aws()), Style::plain(110), out)), @r#"
    Plan for account 123456789012 in us-east-1: 50 cold starts of each function. Nothing was changed.

    --------------------------------------------------------------------------------------------------------------
     function         rounds   Invoke        Update   Publish     Delete version   GetFunction     Invoke at most
                                        description
    ==============================================================================================================
     uploads-    1 + 10 of 5       60            12        11                 11     about 158                165
     thumbnail
    --------------------------------------------------------------------------------------------------------------

    uploads-thumbnail: little free concurrency, so the bursts are small and the run is longer
    The handlers really run, up to as often as the last column says if replies must be dropped.
    For the run, each description is replaced by a mark, and versions are published; all is put back.
    It takes about 22 s.
    Estimated cost: USD 0.0002 if each call is billed 1 s; at most USD 0.0110, if each runs into its time-out.
    Prices of us-east-1 of 2025-10, without free tier.
    "#);
}

#[test]
fn a_plan_in_one_line_tells_calls_time_and_cost() {
    insta::assert_snapshot!(
        summary(&a_plan(aws())),
        @"Measuring 1 function, 50 cold starts each, in account 123456789012 in us-east-1: 60 invokes, about 22 s, USD 0.0002 and at most USD 0.0110 (run 00ff)"
    );
    assert!(
        summary(&a_plan(local())).contains(": 60 invokes, about 12 s (run"),
        "{}",
        summary(&a_plan(local()))
    );
}

#[test]
fn local_figures_say_so_in_every_table() {
    let shown = text(|out| human(&report(local()), Style::plain(100), out));
    assert_eq!(shown.matches("local milliseconds").count(), 2, "{shown}");
    assert!(shown.contains("Every figure below is local"), "{shown}");
    assert!(!text(|out| human(&report(aws()), Style::plain(100), out)).contains("local"));
    assert!(
        text(|out| plan(&a_plan(local()), Style::plain(100), out)).contains("Cost: none, this is local.")
    );
}

#[test]
fn a_narrow_terminal_gets_whole_figures() {
    let wide = text(|out| human(&report(aws()), Style::plain(200), out));
    let narrow = text(|out| human(&report(aws()), Style::plain(60), out));
    let figures = |text: &str| {
        let numbers = text.split(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
        let mut numbers: Vec<String> =
            numbers.filter(|part| part.contains('.')).map(ToOwned::to_owned).collect();
        numbers.sort();
        numbers
    };
    assert_eq!(figures(&wide), figures(&narrow), "{narrow}");
    let longest = narrow.lines().filter(|line| line.contains("---")).map(|line| line.chars().count()).max();
    assert!(longest.is_none_or(|longest| longest <= 60), "{narrow}");
}

#[test]
fn json_holds_every_sample_and_no_invented_interval() {
    let value: serde_json::Value = serde_json::from_str(&text(|out| json(&report(local()), out))).unwrap();
    assert_eq!(value["schema"], "slsx/coldstart-bench/1");
    assert_eq!(value["local"], true);
    let function = &value["report"]["functions"][0];
    assert_eq!(function["samples"].as_array().unwrap().len(), 10);
    assert_eq!(function["n"], 8);
    assert_eq!(function["dropped"]["not_cold"], 2);
    assert_eq!(function["init"]["p50"]["interval"]["low"], 80.0);
    assert_eq!(function["init"]["p90"]["interval"], serde_json::Value::Null);
    assert_eq!(function["init"]["p90"]["needs"], 36);
}

#[test]
fn the_json_plan_has_its_own_schema_and_its_prices() {
    let value: serde_json::Value = serde_json::from_str(&text(|out| plan_json(&a_plan(aws()), out))).unwrap();
    assert_eq!(value["schema"], "slsx/coldstart-bench-plan/1");
    assert_eq!(value["plan"]["prices"]["as_of"], "2025-10");
    assert_eq!(value["plan"]["functions"][0]["calls"]["publish_version"], 11);
}

#[test]
fn a_plan_for_several_functions_has_a_total() {
    let mut plan_of_two = a_plan(aws());
    let first = plan_of_two.functions[0].clone();
    plan_of_two.functions.push(first.clone());
    let shown = text(|out| plan(&plan_of_two, Style::plain(140), out));
    let total = shown.lines().find(|line| line.contains("total")).unwrap();
    let total: Vec<&str> = total.split_whitespace().collect();
    assert_eq!(total[1], (2 * first.calls.invoke).to_string());
    assert_eq!(*total.last().unwrap(), (2 * first.invoke_cap).to_string());
    assert!(!shown.contains('\u{200b}'), "{shown}");
}
