//! Describes a video in a few facts worth looking up later.

use sha2::{Digest, Sha256};

use super::{Fact, Facts};
use crate::video::{VideoError, read_video};

/// Size, length, checksum, mean brightness and tonal range of a video.
pub fn describe(content: &[u8]) -> Result<Facts, VideoError> {
    let video = read_video(content)?;
    let tones = histogram(&video.frames);
    let count: u64 = tones.iter().sum();
    let weighted: u64 = (0_u64..).zip(tones).map(|(tone, times)| tone * times).sum();
    let number = |size: usize| Fact::Number(size as u64);
    Ok(vec![
        ("bytes", number(content.len())),
        ("sha256", Fact::Text(checksum(content))),
        ("width", number(video.width)),
        ("height", number(video.height)),
        ("frames", number(video.frames.len())),
        ("milliseconds", Fact::Number((video.seconds() * 1000.0).round_ties_even() as u64)),
        ("brightness", Fact::Number(weighted.checked_div(count).unwrap_or(0))),
        ("darkest", Fact::Number(percentile(&tones, count, 5))),
        ("brightest", Fact::Number(percentile(&tones, count, 95))),
    ])
}

fn checksum(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many pixels have each brightness from 0 to 255.
fn histogram(frames: &[&[u8]]) -> [u64; 256] {
    let mut tones = [0; 256];
    for pixel in frames.iter().copied().flatten() {
        if let Some(tone) = tones.get_mut(usize::from(*pixel)) {
            *tone += 1;
        }
    }
    tones
}

/// The brightness that `percent` of the pixels do not exceed.
fn percentile(tones: &[u64; 256], count: u64, percent: u64) -> u64 {
    let mut seen = 0;
    for (tone, times) in (0..).zip(tones) {
        seen += times;
        if seen * 100 >= count * percent {
            return tone;
        }
    }
    255
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{SAMPLE, video};

    fn fact(facts: &Facts, name: &str) -> Fact {
        facts.iter().find(|(key, _)| *key == name).unwrap().1.clone()
    }

    #[test]
    fn describes_the_sample() {
        let facts = describe(SAMPLE).unwrap();
        for (name, value) in
            [("bytes", SAMPLE.len() as u64), ("width", 128), ("height", 72), ("frames", 48), ("milliseconds", 2000)]
        {
            assert_eq!(fact(&facts, name), Fact::Number(value), "{name}");
        }
    }

    #[test]
    fn half_a_millisecond_is_rounded_to_the_even_one() {
        for (frames, milliseconds) in [(1, 0), (3, 2)] {
            let content = format!("YUV4MPEG2 W1 H1 F2000:1 Cmono\n{}", "FRAME\na".repeat(frames));
            assert_eq!(fact(&describe(content.as_bytes()).unwrap(), "milliseconds"), Fact::Number(milliseconds));
        }
    }

    #[test]
    fn the_checksum_is_sha_256() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(checksum(b"abc"), known);
    }

    #[test]
    fn knows_the_tonal_range() {
        let pixels = [[7; 50], [200; 50]].concat();
        let facts = describe(&video(&[&pixels], 10)).unwrap();
        assert_eq!(fact(&facts, "darkest"), Fact::Number(7));
        assert_eq!(fact(&facts, "brightest"), Fact::Number(200));
        assert_eq!(fact(&facts, "brightness"), Fact::Number(103));
    }
}
