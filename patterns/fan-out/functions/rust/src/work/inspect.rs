//! Finds the cuts of a video by how much each frame differs from the one before.

use serde::Serialize;

use super::Artifact;
use crate::video::{VideoError, read_video};

/// A mean change of brightness, of 255, above which a new scene begins.
const CUT: f64 = 32.0;

/// Why there is no report on a video.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error(transparent)]
    Video(#[from] VideoError),
    #[error("the report cannot be written: {0}")]
    Report(#[from] serde_json::Error),
}

/// Brightness and change of every frame, and the frames at which a scene begins.
#[derive(Debug, PartialEq, Serialize)]
struct Report {
    width: usize,
    height: usize,
    seconds: f64,
    brightness: Vec<f64>,
    change: Vec<f64>,
    cuts: Vec<usize>,
}

/// A report on the video, as JSON.
pub fn inspect(content: &[u8]) -> Result<Artifact, InspectError> {
    let body = serde_json::to_vec(&measure(content)?)?;
    Ok(Artifact { body, suffix: "json", content_type: "application/json" })
}

fn measure(content: &[u8]) -> Result<Report, VideoError> {
    let video = read_video(content)?;
    let pairs = video.frames.iter().zip(video.frames.iter().skip(1));
    let changes: Vec<f64> = std::iter::once(0.0).chain(pairs.map(|(before, after)| change(before, after))).collect();
    Ok(Report {
        width: video.width,
        height: video.height,
        seconds: round(video.seconds(), 3),
        brightness: video.frames.iter().map(|frame| round(mean(frame.iter().copied()), 2)).collect(),
        cuts: changes.iter().enumerate().filter(|(_, value)| **value > CUT).map(|(number, _)| number).collect(),
        change: changes.into_iter().map(|value| round(value, 2)).collect(),
    })
}

/// The mean difference of two frames.
fn change(before: &[u8], after: &[u8]) -> f64 {
    mean(before.iter().zip(after).map(|(before, after)| before.abs_diff(*after)))
}

fn mean(values: impl ExactSizeIterator<Item = u8>) -> f64 {
    let count = values.len();
    values.map(u64::from).sum::<u64>() as f64 / count as f64
}

fn round(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round_ties_even() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{SAMPLE, video};

    #[test]
    fn finds_the_cut_of_the_sample() {
        assert_eq!(measure(SAMPLE).unwrap().cuts, [24]);
    }

    #[test]
    fn measures_brightness_and_change() {
        let report = measure(&video(&[&[10, 20], &[20, 40]], 2)).unwrap();
        assert_eq!(report.brightness, [15.0, 30.0]);
        assert_eq!(report.change, [0.0, 15.0]);
        assert_eq!(report.seconds, 1.0);
    }

    #[test]
    fn rounds_the_middle_to_the_even_digit() {
        let [one, three] = [1, 3].map(|first| [first, 0, 0, 0, 0, 0, 0, 0]);
        // 0.125 and 0.375.
        assert_eq!(measure(&video(&[&one, &three], 8)).unwrap().brightness, [0.12, 0.38]);
    }

    #[test]
    fn the_report_is_json() {
        let artifact = inspect(&video(&[&[10, 20]], 2)).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&artifact.body).unwrap();
        let expected = serde_json::json!(
            {"width": 2, "height": 1, "seconds": 0.5, "brightness": [15.0], "change": [0.0], "cuts": []}
        );
        assert_eq!(report, expected);
    }
}
