//! Picks the sharpest frame of a video and makes a small picture of it.

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};

use super::Artifact;
use crate::video::{Video, VideoError, read_video};

const WIDTH: usize = 64;

/// Why there is no picture of a video.
#[derive(Debug, thiserror::Error)]
pub enum ThumbnailError {
    #[error(transparent)]
    Video(#[from] VideoError),
    #[error("the picture cannot be encoded: {0}")]
    Picture(#[from] EncodingError),
}

/// A PNG of the sharpest frame, at most 64 pixels wide.
pub fn thumbnail(content: &[u8]) -> Result<Artifact, ThumbnailError> {
    let video = read_video(content)?;
    let width = WIDTH.min(video.width);
    let height = (video.height * width / video.width).max(1);
    let pixels = shrink(sharpest(&video), &video, width, height);
    Ok(Artifact { body: encode(&pixels, width, height)?, suffix: "png", content_type: "image/png" })
}

/// The first of the frames that no other exceeds in sharpness.
fn sharpest<'a>(video: &Video<'a>) -> &'a [u8] {
    let frames = video.frames.iter().map(|frame| (sharpness(frame, video.width), *frame));
    frames.reduce(|best, next| if next.0 > best.0 { next } else { best }).map_or(&[], |(_, frame)| frame)
}

/// Variance of the Laplacian: high where neighboring pixels differ, low where they are blurred.
fn sharpness(frame: &[u8], width: usize) -> f64 {
    let rows: Vec<&[u8]> = frame.chunks_exact(width).collect();
    let (mut total, mut squares, mut count) = (0_i64, 0_i64, 0_u32);
    for neighbors in rows.windows(3) {
        let [above, row, below] = neighbors else { continue };
        let columns = row.windows(3).zip(above.iter().skip(1)).zip(below.iter().skip(1));
        for ((pixels, above), below) in columns {
            let [left, middle, right] = pixels else { continue };
            let edge =
                4 * i64::from(*middle) - [left, right, above, below].map(|at| i64::from(*at)).iter().sum::<i64>();
            total += edge;
            squares += edge * edge;
            count += 1;
        }
    }
    if count == 0 {
        return 0.0;
    }
    let (total, count) = (total as f64, f64::from(count));
    (squares as f64 - total * total / count) / count
}

/// Averages the block of pixels behind each pixel of the smaller picture.
fn shrink(frame: &[u8], video: &Video<'_>, width: usize, height: usize) -> Vec<u8> {
    let mut picture = Vec::with_capacity(width * height);
    for y in 0..height {
        let (top, bottom) = (y * video.height / height, (y + 1) * video.height / height);
        for x in 0..width {
            let (left, right) = (x * video.width / width, (x + 1) * video.width / width);
            let rows = frame.chunks_exact(video.width).take(bottom).skip(top);
            let (mut total, mut count) = (0, 0);
            for pixel in rows.flat_map(|row| row.iter().take(right).skip(left)) {
                total += u64::from(*pixel);
                count += 1;
            }
            picture.push(total.checked_div(count).and_then(|mean| u8::try_from(mean).ok()).unwrap_or(0));
        }
    }
    picture
}

fn encode(pixels: &[u8], width: usize, height: usize) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let size = |pixels| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = Encoder::new(&mut file, size(width), size(height));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{SAMPLE, video};

    fn decode(file: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        (info.width, info.height, pixels)
    }

    #[test]
    fn is_a_png_in_the_proportions_of_the_video() {
        let picture = thumbnail(SAMPLE).unwrap();
        let (width, height, _) = decode(&picture.body);
        assert_eq!((width, height, picture.content_type), (64, 36, "image/png"));
    }

    #[test]
    fn shows_the_sharpest_frame() {
        let (dull, sharp) = ([100; 64], [0, 255].repeat(32));
        let picture = thumbnail(&video(&[&dull, &sharp, &dull], 8)).unwrap();
        assert_eq!(decode(&picture.body), (8, 8, sharp));
    }

    #[test]
    fn averages_the_pixels_it_leaves_out() {
        let content = video(&[&[10, 20, 30, 40]], 2);
        let source = read_video(&content).unwrap();
        assert_eq!(shrink(source.frames[0], &source, 1, 1), [25]);
    }
}
