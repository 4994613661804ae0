use super::{GENERATOR, drawing, page};
use crate::coldstart::Target;
use crate::coldstart::gate::Gate;
use crate::render::coldstart::plots::plots;
use crate::render::coldstart::tests::{aws, measured, report_of};

fn compared() -> crate::coldstart::Report {
    let slower = measured("<b>slow & \"odd\"</b>", 30.0);
    let mut report = report_of(aws(), vec![measured("plain", 0.0), slower]);
    let target = |name: &str| Target { function: name.into(), copy: None };
    report.compare(&[(target("plain"), target("<b>slow & \"odd\"</b>"))]);
    report.judge(&["p50<=+10%".parse::<Gate>().unwrap()]);
    report
}

#[test]
fn the_page_needs_nothing_else_and_shows_every_figure() {
    let report = compared();
    let plots = plots(&report).unwrap();
    let names: Vec<&str> = plots.iter().map(|plot| plot.name).collect();
    assert_eq!(names, ["ecdf", "dots", "rounds", "shifts"]);
    let page = page(&report, &plots).unwrap();
    for foreign in ["<script", "<link", "src=", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains(GENERATOR));
    assert_eq!(page.matches("<svg ").count(), 4);
    for function in &report.functions {
        let p50 = format!("{:.1} [", function.starts().unwrap().p50.value);
        assert!(page.contains(&p50), "{p50}");
    }
    assert!(page.contains("broken: p50"), "{page}");
}

#[test]
fn foreign_text_is_no_markup() {
    let report = compared();
    let page = page(&report, &plots(&report).unwrap()).unwrap();
    assert!(!page.contains("<b>slow"), "{page}");
    assert!(page.contains("&lt;b&gt;slow &amp; &quot;odd&quot;"), "{page}");
}

#[test]
fn a_drawing_stands_alone_and_knows_the_dark() {
    let report = compared();
    for plot in plots(&report).unwrap() {
        let drawing = drawing(&plot);
        assert!(drawing.starts_with("<svg role=\"img\""), "{drawing}");
        assert!(drawing.contains("prefers-color-scheme:dark"), "{drawing}");
        assert_eq!(drawing.matches("<svg").count(), 1);
        // A dot for each start is there.
        let dots = drawing.matches("<circle").count();
        let starts: usize = report.functions.iter().map(|function| function.n).sum();
        match plot.name {
            "dots" => assert_eq!(dots, starts),
            "rounds" => assert!(dots >= starts, "{dots}"),
            _ => assert_eq!(dots, 0),
        }
    }
}

#[test]
fn without_starts_there_is_nothing_to_draw() {
    assert_eq!(plots(&report_of(aws(), Vec::new())).unwrap(), []);
}
