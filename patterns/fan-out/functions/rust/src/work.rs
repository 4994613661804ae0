//! The work itself, one module for each kind: bytes of a video in, a result out. Knows nothing of AWS.

pub mod inspect;
pub mod record;
pub mod thumbnail;
pub mod transcode;

/// A result that is kept as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    pub body: Vec<u8>,
    /// End of its name, after the name of the upload.
    pub suffix: &'static str,
    pub content_type: &'static str,
}

/// A result that is kept as an item of a table: names and values.
pub type Facts = Vec<(&'static str, Fact)>;

/// One value of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Text(String),
    Number(u64),
}

/// A Y4M file of the given frames.
#[cfg(test)]
fn video(frames: &[&[u8]], width: usize) -> Vec<u8> {
    let height = frames[0].len() / width;
    let mut content = format!("YUV4MPEG2 W{width} H{height} F2:1 Cmono\n").into_bytes();
    for frame in frames {
        content.extend_from_slice(b"FRAME\n");
        content.extend_from_slice(frame);
    }
    content
}

#[cfg(test)]
const SAMPLE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/sample.y4m"));
