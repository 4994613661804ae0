//! Scales a video to another height and compresses it.

use std::io::Write;

use flate2::{Compression, GzBuilder};

use super::Artifact;
use crate::video::{VideoError, read_video};

/// Why there is no scaled video.
#[derive(Debug, thiserror::Error)]
pub enum TranscodeError {
    #[error(transparent)]
    Video(#[from] VideoError),
    #[error("the video cannot be compressed: {0}")]
    Compress(#[from] std::io::Error),
}

/// The video in the given height and the same proportions, as gzipped Y4M.
pub fn transcode(content: &[u8], height: usize) -> Result<Artifact, TranscodeError> {
    let video = read_video(content)?;
    let width = even_width(video.width, video.height, height);
    let columns: Vec<usize> = (0..width).map(|x| x * video.width / width).collect();
    let lines: Vec<usize> = (0..height).map(|y| y * video.height / height).collect();
    // Without a time in its header: the same video gives the same bytes.
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::new(6));
    writeln!(encoder, "YUV4MPEG2 W{width} H{height} F{} Ip A1:1 Cmono", video.rate)?;
    for frame in &video.frames {
        // One frame at a time, so that memory does not grow with the length of the video.
        encoder.write_all(b"FRAME\n")?;
        encoder.write_all(&scale(frame, video.width, &columns, &lines))?;
    }
    Ok(Artifact { body: encoder.finish()?, suffix: "gz", content_type: "application/gzip" })
}

/// Even, as most players want it.
fn even_width(width: usize, height: usize, wanted: usize) -> usize {
    let halves = (width * wanted) as f64 / height as f64 / 2.0;
    (halves.round_ties_even() as usize * 2).max(2)
}

/// The frame with the given columns and lines of it, each as often as it is named.
fn scale(frame: &[u8], width: usize, columns: &[usize], lines: &[usize]) -> Vec<u8> {
    let rows: Vec<&[u8]> = frame.chunks_exact(width).collect();
    let mut scaled = Vec::with_capacity(columns.len() * lines.len());
    let mut before = None;
    for line in lines {
        if before == Some(line) {
            // The same line once more: it is stretched already.
            scaled.extend_from_within(scaled.len() - columns.len()..);
        } else if let Some(row) = rows.get(*line) {
            scaled.extend(columns.iter().filter_map(|column| row.get(*column)));
        }
        before = Some(line);
    }
    scaled
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::work::video;

    fn decompress(body: &[u8]) -> Vec<u8> {
        let mut content = Vec::new();
        flate2::read::GzDecoder::new(body).read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn scales_every_frame() {
        let result = transcode(&video(&[b"abcd", b"efgh"], 2), 4).unwrap();
        let expected = b"YUV4MPEG2 W4 H4 F2:1 Ip A1:1 Cmono\nFRAME\naabbaabbccddccddFRAME\neeffeeffgghhgghh";
        assert_eq!(decompress(&result.body), expected);
    }

    #[test]
    fn can_make_a_video_smaller() {
        let source: Vec<u8> = (0..16).collect();
        let result = transcode(&video(&[&source], 4), 2).unwrap();
        assert!(decompress(&result.body).ends_with(&[0, 2, 8, 10]));
    }

    #[test]
    fn the_same_video_gives_the_same_bytes() {
        let source = video(&[b"abcd"], 2);
        assert_eq!(transcode(&source, 6).unwrap(), transcode(&source, 6).unwrap());
    }

    #[test]
    fn the_width_is_even_and_in_proportion() {
        assert_eq!(even_width(128, 72, 1080), 1920);
        assert_eq!(even_width(3, 2, 3), 4);
        assert_eq!(even_width(1, 100, 16), 2);
        // What lies in the middle, as 2.5 and 3.5 pairs of columns do, goes to the even number.
        assert_eq!((even_width(90, 72, 4), even_width(126, 72, 4)), (4, 8));
    }
}
