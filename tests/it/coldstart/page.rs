//! The HTML report in a real browser: on a phone and on a desk, in the light and in the dark.

use std::process::{Command, Stdio};

use serde_json::Value;
use slsx::coldstart::Target;
use slsx::render::coldstart::page::page;
use slsx::render::coldstart::plots::plots;

use super::{Scene, settings};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Looks at the page in a frame as wide as the screen, and writes what it sees as JSON.
const LOOK: &str = r##"
const frame = document.querySelector('iframe');
frame.onload = () => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const rgb = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
  const light = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(rgb(view.getComputedStyle(page.body).backgroundColor));
  const contrast = (color) => { const ink = light(rgb(color)); return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05); };
  const texts = [...page.querySelectorAll('svg text')];
  const words = [...page.querySelectorAll('p, li, td, th, h1, h2, figcaption, small')];
  document.querySelector('pre').textContent = JSON.stringify({
    paper,
    sideways: page.documentElement.scrollWidth - view.innerWidth,
    svgs: [...page.querySelectorAll('svg')].map((svg) => svg.getBoundingClientRect().width),
    letters: Math.min(...texts.map((text) => text.getBoundingClientRect().height)),
    drawn: Math.min(...texts.map((text) => contrast(view.getComputedStyle(text).fill))),
    written: Math.min(...words.map((word) => contrast(view.getComputedStyle(word).color))),
  });
};
"##;

fn browser() -> Option<&'static str> {
    let runs = |name: &&str| {
        let version =
            Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    BROWSERS.into_iter().find(|name| runs(name))
}

fn a_page() -> String {
    let scene = Scene::new(&["uploads-dev-ThumbnailFunction-with-a-long-name", "b"], 3);
    let names = ["uploads-dev-ThumbnailFunction-with-a-long-name", "b"];
    scene.plane.edit("b", |function| function.slower_ms = 18.0);
    let mut report = scene.run(&settings(&names, 80, 3)).unwrap().unwrap();
    let [base, other] = names.map(|name| Target { function: name.into(), copy: None });
    report.compare(&[(base, other)]);
    report.judge(&["p50<=+5%".parse().unwrap()]);
    page(&report, &plots(&report).unwrap()).unwrap()
}

fn seen(browser: &str, page: &str, width: u32, is_dark: bool) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    let frame = format!(
        "<!doctype html><pre></pre><iframe style=\"width:{width}px;height:3000px;border:0\" srcdoc=\"{quoted}\">\
         </iframe><script>{LOOK}</script>"
    );
    let file = folder.path().join("frame.html");
    std::fs::write(&file, frame).unwrap();
    let scheme = if is_dark { 0 } else { 1 };
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--virtual-time-budget=5000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--window-size={},900", width + 100))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let found = dom.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next()).unwrap_or_default();
    serde_json::from_str(found)
        .unwrap_or_else(|error| panic!("{error}: {dom}\n{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn the_page_is_readable_on_a_phone_and_in_the_dark() {
    let Some(browser) = browser() else {
        println!("skipped: there is no Chromium on this machine (apt-get install chromium)");
        return;
    };
    let page = a_page();
    for (width, is_dark) in [(390, false), (390, true), (1_200, false)] {
        let seen = seen(browser, &page, width, is_dark);
        let number = |name: &str| seen[name].as_f64().unwrap_or_else(|| panic!("{name} of {seen:#}"));
        assert!(number("sideways") <= 0.0, "{width}: the page is wider than the screen: {seen:#}");
        let svgs: Vec<f64> = seen["svgs"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        assert_eq!(svgs.len(), 4, "{seen:#}");
        assert!(svgs.iter().all(|svg| (300.0..=f64::from(width)).contains(svg)), "{width}: {seen:#}");
        assert!(number("letters") >= 9.0, "{width}: letters too small to read: {seen:#}");
        // What the Web Content Accessibility Guidelines ask for (https://www.w3.org/TR/WCAG22/#contrast-minimum).
        assert!(number("drawn") >= 4.5 && number("written") >= 4.5, "dark {is_dark}: {seen:#}");
        assert_eq!(number("paper") < 0.1, is_dark, "{seen:#}");
    }
}
