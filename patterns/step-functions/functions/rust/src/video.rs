//! Reads Y4M, the uncompressed video that ffmpeg writes and any player shows. Must refuse what is damaged; knows nothing
//! of AWS.

use std::collections::HashMap;
use std::str::FromStr;

/// Half bytes of a frame for each pixel, by color space; the brightness always comes first, one byte a pixel.
const FRAME_SIZES: [(&str, usize); 4] = [("mono", 2), ("420", 3), ("422", 4), ("444", 6)];

/// Why a file is not a video that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VideoError {
    #[error("not a Y4M video")]
    NotAVideo,
    #[error("the header has no valid {0}")]
    Header(&'static str),
    #[error("color space {0} is not supported")]
    ColorSpace(String),
    #[error("frame {0} is damaged")]
    Frame(usize),
    #[error("the video has no frames")]
    Empty,
}

/// A video's frames, reduced to brightness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video<'a> {
    pub width: usize,
    pub height: usize,
    /// Frames per second, as a fraction.
    pub rate: Rate,
    pub frames: Vec<&'a [u8]>,
}

/// Frames per second: `30000:1001` is what television calls 29.97.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub frames: u32,
    pub seconds: u32,
}

impl std::fmt::Display for Rate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.frames, self.seconds)
    }
}

/// Reads a whole Y4M file.
pub fn read_video(content: &[u8]) -> Result<Video<'_>, VideoError> {
    let (header, rest) = split_line(content).ok_or(VideoError::NotAVideo)?;
    let header = String::from_utf8_lossy(header);
    let mut words = header.split_ascii_whitespace();
    if words.next() != Some("YUV4MPEG2") {
        return Err(VideoError::NotAVideo);
    }
    let fields: HashMap<char, &str> =
        words.filter_map(|word| word.chars().next().map(|first| (first, &word[first.len_utf8()..]))).collect();
    let size = |name, title| {
        let size = fields.get(&name).and_then(|text| number::<u16>(text, 5));
        size.map(usize::from).ok_or(VideoError::Header(title))
    };
    let (width, height) = (size('W', "width")?, size('H', "height")?);
    let half_bytes = half_bytes_per_pixel(fields.get(&'C').unwrap_or(&"420"))?;
    let rate = read_rate(fields.get(&'F').unwrap_or(&"25:1")).ok_or(VideoError::Header("frame rate"))?;
    let frames = split_frames(rest, width * height, width * height * half_bytes / 2)?;
    Ok(Video { width, height, rate, frames })
}

fn half_bytes_per_pixel(color_space: &str) -> Result<usize, VideoError> {
    let size = FRAME_SIZES.iter().find(|(name, _)| color_space.starts_with(name));
    size.map(|(_, size)| *size).ok_or_else(|| VideoError::ColorSpace(color_space.to_owned()))
}

fn read_rate(text: &str) -> Option<Rate> {
    let (frames, seconds) = text.split_once(':')?;
    Some(Rate { frames: number(frames, 9)?, seconds: number(seconds, 9)? })
}

/// A number above zero as video tools write it, in at most so many digits.
fn number<T: FromStr>(text: &str, digits: usize) -> Option<T> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && text.len() <= digits;
    text.parse().ok().filter(|_| is_plain)
}

fn split_frames(mut rest: &[u8], pixels: usize, size: usize) -> Result<Vec<&[u8]>, VideoError> {
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let damaged = VideoError::Frame(frames.len());
        let Some((line, after)) = split_line(rest) else { return Err(damaged) };
        let Some((frame, after)) = after.split_at_checked(size) else { return Err(damaged) };
        let Some(brightness) = frame.get(..pixels).filter(|_| line.starts_with(b"FRAME")) else { return Err(damaged) };
        frames.push(brightness);
        rest = after;
    }
    if frames.is_empty() { Err(VideoError::Empty) } else { Ok(frames) }
}

/// The bytes before and after the first line break.
fn split_line(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = content.iter().position(|byte| *byte == b'\n')?;
    Some((content.get(..end)?, content.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/sample.y4m"));

    #[test]
    fn reads_the_sample() {
        let video = read_video(SAMPLE).unwrap();
        let rate = Rate { frames: 24, seconds: 1 };
        assert_eq!((video.width, video.height, video.frames.len(), video.rate), (128, 72, 48, rate));
    }

    #[test]
    fn color_is_left_out() {
        let video = read_video(b"YUV4MPEG2 W2 H2 F25:1 C420jpeg\nFRAME\nabcdUVFRAME\nefghUV").unwrap();
        assert_eq!(video.frames, [b"abcd", b"efgh"]);
    }

    #[test]
    fn refuses_what_is_damaged() {
        for (content, error) in [
            (&b""[..], VideoError::NotAVideo),
            (b"GIF89a\n", VideoError::NotAVideo),
            (b"YUV4MPEG2 W2\n", VideoError::Header("height")),
            (b"YUV4MPEG2 W0 H2\n", VideoError::Header("width")),
            (b"YUV4MPEG2 W-2 H-2\n", VideoError::Header("width")),
            (b"YUV4MPEG2 W+2 H2\n", VideoError::Header("width")),
            (b"YUV4MPEG2 W65536 H1\n", VideoError::Header("width")),
            (b"YUV4MPEG2 W2 H2 F25 Cmono\nFRAME\nabcd", VideoError::Header("frame rate")),
            (b"YUV4MPEG2 W2 H2 F0:1 Cmono\nFRAME\nabcd", VideoError::Header("frame rate")),
            (b"YUV4MPEG2 W2 H2\n", VideoError::Empty),
            (b"YUV4MPEG2 W1 H1 Cxyz\n", VideoError::ColorSpace("xyz".into())),
            (b"YUV4MPEG2 W2 H1 Cmono\nFRAME\nabFRAME\na", VideoError::Frame(1)),
            (b"YUV4MPEG2 W2 H1 Cmono\nGAME\nab", VideoError::Frame(0)),
        ] {
            assert_eq!(read_video(content), Err(error));
        }
    }

    #[test]
    fn refuses_the_broken_sample() {
        assert!(read_video(include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/broken.y4m"))).is_err());
    }
}
