use proptest::prelude::*;

use super::{ReportLine, find, has_failed_init};

const ID: &str = "8f5e2a10-0000-4000-8000-00000000abcd";

fn text(rest: &str) -> Option<ReportLine> {
    find(&format!("REPORT RequestId: {ID}\t{rest}"), ID)
}

#[test]
fn cold_start_in_text_format() {
    let line = text(
        "Duration: 2.46 ms\tBilled Duration: 417 ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\tInit Duration: 413.61 ms\t\n",
    )
    .unwrap();
    assert_eq!(line.duration_ms, 2.46);
    assert_eq!(line.billed_ms, Some(417.0));
    assert_eq!(line.max_memory_mb, Some(95.0));
    assert_eq!(line.init_ms, Some(413.61));
    assert_eq!(line.restore_ms, None);
    assert!(!line.has_failed);
}

#[test]
fn warm_start_has_no_init_duration() {
    let line =
        text("Duration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\t\n")
            .unwrap();
    assert_eq!((line.init_ms, line.restore_ms), (None, None));
}

#[test]
fn snap_start_has_a_restore_duration_and_its_billed_twin_is_not_taken_for_it() {
    let line = text(
        "Billed Restore Duration: 303 ms\tDuration: 306.34 ms\tBilled Duration: 610 ms\tRestore Duration: 511.25 ms\t\n",
    )
    .unwrap();
    assert_eq!((line.init_ms, line.restore_ms, line.billed_ms), (None, Some(511.25), Some(610.0)));
    assert_eq!(text("Duration: 1 ms\tBilled Restore Duration: 303 ms\t").unwrap().restore_ms, None);
}

#[test]
fn the_emulators_order_and_the_carriage_return_do_not_matter() {
    let line =
        text("Init Duration: 0.06 ms\tDuration: 3.1 ms\tBilled Duration: 4 ms\tMemory Size: 3008 MB\t\r\n")
            .unwrap();
    assert_eq!((line.init_ms, line.duration_ms), (Some(0.06), 3.1));
}

#[test]
fn billed_duration_is_never_taken_for_duration() {
    assert_eq!(text("Billed Duration: 417 ms\tInit Duration: 413.61 ms\t"), None);
}

#[test]
fn x_ray_fields_and_a_failure_status_are_understood() {
    let line = text("Duration: 3000.00 ms\tXRAY TraceId: 1-5e34a614-10bd\tSegmentId: 07f022\tSampled: true\tStatus: timeout\t").unwrap();
    assert!(line.has_failed);
    assert!(text("Duration: 3 ms\tStatus: error\tError Type: Runtime.ExitError").unwrap().has_failed);
}

#[test]
fn the_right_request_is_found_among_noise() {
    let tail = format!(
        "ation: 9 ms\tInit Duration: 9 ms\t\nREPORT RequestId: other\tDuration: 7 ms\tInit Duration: 70 ms\t\n\
         [extension] REPORT is near\nprinted without a line endREPORT RequestId: {ID}\tDuration: 5 ms\tInit Duration: 50 ms\t\n\
         XRAY TraceId: 1-5e\tSegmentId: 07\tSampled: true\t\nEXTENSION\tName: x\tState: Ready\n"
    );
    assert_eq!(find(&tail, ID).unwrap().init_ms, Some(50.0));
    assert_eq!(find(&tail, "nobody"), None);
}

#[test]
fn cold_start_in_json_format() {
    let event = format!(
        r#"{{"time":"2026-01-01T00:00:00Z","type":"platform.report","record":{{"requestId":"{ID}","status":"success","metrics":{{"durationMs":11.642,"billedDurationMs":186,"memorySizeMB":128,"maxMemoryUsedMB":67,"initDurationMs":174.055}}}}}}"#
    );
    for tail in [
        event.clone(),
        format!("cut\"}}\n{event}\n{{\"log\":1}}\n"),
        format!("printed {{}} {event} and more"),
    ] {
        let line = find(&tail, ID).unwrap_or_else(|| panic!("{tail}"));
        assert_eq!((line.init_ms, line.duration_ms, line.max_memory_mb), (Some(174.055), 11.642, Some(67.0)));
        assert!(!line.has_failed);
    }
    assert_eq!(find(&event, "other"), None);
    assert!(find(&event.replace("success", "timeout"), ID).unwrap().has_failed);
}

#[test]
fn snap_start_in_json_format() {
    let event = format!(
        r#"{{"type":"platform.report","record":{{"requestId":"{ID}","metrics":{{"durationMs":1,"restoreDurationMs":511.25,"billedRestoreDurationMs":303}}}}}}"#
    );
    assert_eq!(find(&event, ID).unwrap().restore_ms, Some(511.25));
}

#[test]
fn a_failed_init_is_noticed_in_both_formats() {
    assert!(has_failed_init("INIT_REPORT Init Duration: 10000.04 ms\tPhase: init\tStatus: timeout\n"));
    assert!(has_failed_init(
        r#"{"type":"platform.initReport","record":{"phase":"init","status":"error","metrics":{"durationMs":1}}}"#
    ));
    assert!(!has_failed_init(
        r#"{"type":"platform.initReport","record":{"phase":"init","status":"success"}}"#
    ));
    assert!(!has_failed_init("INIT_REPORT Init Duration: 900.04 ms\tPhase: invoke\n"));
    assert!(!has_failed_init("user says INIT_REPORT Status: timeout\n"));
}

#[test]
fn numbers_nobody_measured_are_refused() {
    for value in ["NaN", "inf", "-1", "1e999", "", "1,5", "0x10"] {
        assert_eq!(
            text(&format!("Duration: 1 ms\tInit Duration: {value} ms\t")).unwrap().init_ms,
            None,
            "{value}"
        );
    }
}

fn noise() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[ -~\t]{0,60}")
        .unwrap()
        .prop_filter("no second report", |text| !text.contains("REPORT"))
}

proptest! {
    #[test]
    fn no_tail_makes_it_panic(tail in "\\PC{0,400}", id in "\\PC{0,40}") {
        let _ = find(&tail, &id);
        let _ = has_failed_init(&tail);
    }

    #[test]
    fn no_piece_of_a_report_makes_it_panic(
        pieces in prop::collection::vec(prop_oneof![
            Just("REPORT RequestId: ".to_owned()), Just(ID.to_owned()), Just("\t".to_owned()), Just("\n".to_owned()),
            Just("Duration: ".to_owned()), Just("Init ".to_owned()), Just("1.5 ms".to_owned()), Just("{\"time\":".to_owned()),
            Just("\"type\":\"platform.report\",".to_owned()), Just("\"record\":{".to_owned()), Just("é".to_owned()), noise(),
        ], 0..24),
    ) {
        let tail = pieces.concat();
        if let Some(line) = find(&tail, ID) {
            prop_assert!(line.duration_ms.is_finite());
        }
    }

    #[test]
    fn order_prefix_and_noise_do_not_change_what_is_read(
        fields in Just(vec!["Duration: 2.46 ms", "Billed Duration: 417 ms", "Memory Size: 1024 MB", "Max Memory Used: 95 MB", "Init Duration: 413.61 ms"]).prop_shuffle(),
        before in prop::collection::vec(noise(), 0..8),
        glued in noise(),
        after in prop::collection::vec(noise(), 0..8),
    ) {
        let tail = format!("{}\n{glued}REPORT RequestId: {ID}\t{}\t\n{}", before.join("\n"), fields.join("\t"), after.join("\n"));
        let line = find(&tail, ID).unwrap();
        prop_assert_eq!((line.duration_ms, line.init_ms), (2.46, Some(413.61)));
    }

    #[test]
    fn a_report_cut_at_its_start_is_not_read(cut in 1_usize..180) {
        let whole = format!("REPORT RequestId: {ID}\tDuration: 2.46 ms\tBilled Duration: 417 ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\tInit Duration: 413.61 ms\t\n");
        prop_assert_eq!(find(&whole[cut.min(whole.len())..], ID), None);
    }
}
