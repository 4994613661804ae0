use super::*;
use crate::deploy::lane::Lane;
use crate::render::deploy::events::{Happening, happening};

#[test]
fn every_line_of_the_stream_names_its_schema_and_type() {
    let (report, changes) = (failed(), changes());
    let event = event(1, "Uploads", "CREATE_FAILED", Some("taken\nalready"));
    let text = shown(|out| {
        happening(out, 1, Happening::Message("two\nlines"))?;
        happening(out, 2, Happening::Lane(&Lane::Hot(vec!["Thumbnail".into()])))?;
        happening(out, 3, Happening::Changes(&changes[..1]))?;
        happening(out, 4, Happening::Resource(&["Storage".into()], &event))?;
        happening(out, 5, Happening::Deployed(&report))?;
        happening(out, 6, Happening::Error("AWS said no", 3))
    });
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let types: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["message", "lane", "changes", "resource", "result", "error"]);
    assert!(lines.iter().all(|line| line["schema"] == "slsx/events/1" && line["at_ms"].is_u64()));
    assert_eq!(lines[1]["lane"]["functions"][0], "Thumbnail");
    assert_eq!((&lines[3]["within"][0], &lines[3]["reason"]), (&"Storage".into(), &"taken\nalready".into()));
    assert_eq!(lines[4]["result"]["schema"], "slsx/deploy/1");
    assert_eq!(lines[5]["exit_code"], 3);
}
