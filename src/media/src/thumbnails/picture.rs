//! A picture becomes a smaller one. Runs on a thread that may be busy.

use super::{Method, Variant};
use crate::error::{MediaError, Result};
use fast_image_resize::{ResizeOptions, Resizer};
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
        webp::WebPEncoder,
    },
    metadata::Orientation,
};
use std::{fs::File, io::BufReader, path::Path};

/// Of JPEG thumbnails, 1 to 100.
const JPEG_QUALITY: u8 = 82;
/// The largest colour profile that thumbnails take along, in bytes.
const MAX_PROFILE: usize = 16 * 1024;
/// What a decoder may use besides the pixels, in bytes.
const DECODER_BYTES: u64 = 64 << 20;

/// A thumbnail.
pub(crate) struct Picture {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: &'static str,
}

/// Width and height.
type Size = (u32, u32);

/// Makes the thumbnail of a PNG, JPEG, GIF or WebP file, told by its content. It stands upright, keeps transparency and the
/// colour profile, and is of the first frame.
pub(crate) fn shrink(file: File, variant: Variant, max_pixels: u64) -> Result<Picture> {
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format()?;
    let format = reader.format().ok_or_else(|| no_thumbnail("it is no picture of a known kind"))?;
    let mut limits = Limits::default();
    // Eight bytes a pixel is the most that there is: four channels of 16 bits.
    limits.max_alloc = Some(max_pixels.saturating_mul(8).saturating_add(DECODER_BYTES));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(error, max_pixels))?;
    let size = decoder.dimensions();
    if u64::from(size.0) * u64::from(size.1) > max_pixels {
        return Err(MediaError::TooManyPixels { limit: max_pixels });
    }
    if size.0 == 0 || size.1 == 0 {
        return Err(no_thumbnail("it has no pixels"));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = profile(&mut decoder);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refused(error, max_pixels))?;
    let mut small = resize(image, fitted(size, variant, is_on_its_side(orientation)))?;
    small.apply_orientation(orientation);
    encode(small, format, profile)
}

/// Width, height and media type of a picture that thumbnails can be made of. Only the beginning of the file is read.
pub(crate) fn measure(path: &Path) -> Option<(u32, u32, &'static str)> {
    let reader = ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    let kind = reader.format()?.to_mime_type();
    let (width, height) = reader.into_dimensions().ok()?;
    Some((width, height, kind))
}

fn no_thumbnail(why: impl Into<String>) -> MediaError {
    MediaError::NoThumbnail(why.into())
}

fn refused(error: ImageError, max_pixels: u64) -> MediaError {
    match error {
        ImageError::Limits(_) => MediaError::TooManyPixels { limit: max_pixels },
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => error.into(),
        _ => no_thumbnail("it is damaged, or of an unknown kind"),
    }
}

/// The colour profile, of pictures whose colours stay what they are.
fn profile(decoder: &mut impl ImageDecoder) -> Option<Vec<u8>> {
    let is_rgb = matches!(decoder.color_type(), ColorType::Rgb8 | ColorType::Rgba8);
    let profile = decoder.icc_profile().ok().flatten();
    profile.filter(|profile| is_rgb && profile.len() <= MAX_PROFILE)
}

fn is_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// The size of the thumbnail before it is turned upright; never larger than the picture.
fn fitted((width, height): Size, variant: Variant, on_its_side: bool) -> Size {
    let (most_wide, most_high) =
        if on_its_side { (variant.height, variant.width) } else { (variant.width, variant.height) };
    // Numbers of at most 32 bits, so that no product overflows.
    let (width, height) = (u64::from(width), u64::from(height));
    let (most_wide, most_high) = (u64::from(most_wide), u64::from(most_high));
    let is_wider = width * most_high > height * most_wide;
    let (wide, high) = match variant.method {
        Method::Scale if width <= most_wide && height <= most_high => (width, height),
        Method::Scale if is_wider => (most_wide, divide(height * most_wide, width)),
        Method::Scale => (divide(width * most_high, height), most_high),
        Method::Crop if width >= most_wide && height >= most_high => (most_wide, most_high),
        Method::Crop if is_wider => (divide(height * most_wide, most_high), height),
        Method::Crop => (width, divide(width * most_high, most_wide)),
    };
    let side = |length: u64, most| u32::try_from(length.clamp(1, most)).unwrap_or(u32::MAX);
    (side(wide, width), side(high, height))
}

/// Rounded to the nearest.
fn divide(number: u64, by: u64) -> u64 {
    (number + by / 2) / by
}

fn resize(image: DynamicImage, (width, height): Size) -> Result<DynamicImage> {
    let has_alpha = image.color().has_alpha();
    let image = if has_alpha {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    };
    if (image.width(), image.height()) == (width, height) {
        return Ok(image);
    }
    let mut small = DynamicImage::new(width, height, image.color());
    let options = ResizeOptions::new().fit_into_destination(Some((0.5, 0.5)));
    Resizer::new()
        .resize(&image, &mut small, &options)
        .map_err(|error| no_thumbnail(format!("it can't be made smaller ({error})")))?;
    Ok(small)
}

/// JPEG stays JPEG; what may have sharp edges or transparency is kept without loss.
fn encode(image: DynamicImage, format: ImageFormat, profile: Option<Vec<u8>>) -> Result<Picture> {
    let mut bytes = Vec::new();
    let content_type = match format {
        ImageFormat::WebP if image.color().has_alpha() => {
            write(WebPEncoder::new_lossless(&mut bytes), &image, profile)?;
            "image/webp"
        }
        ImageFormat::WebP | ImageFormat::Jpeg => {
            let image = DynamicImage::ImageRgb8(image.into_rgb8());
            write(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY), &image, profile)?;
            "image/jpeg"
        }
        _ => {
            let encoder =
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
            write(encoder, &image, profile)?;
            "image/png"
        }
    };
    Ok(Picture { bytes, content_type })
}

fn write(mut encoder: impl ImageEncoder, image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<()> {
    if let Some(profile) = profile {
        // Without one the colours are a little off, and that is all.
        drop(encoder.set_icc_profile(profile));
    }
    image.write_with_encoder(encoder).map_err(|error| no_thumbnail(format!("it can't be written ({error})")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;

    fn shrunk(bytes: &[u8], variant: &str) -> Result<(DynamicImage, &'static str)> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("room for it");
        std::io::Seek::rewind(&mut file).expect("a file that rewinds");
        let picture = shrink(file, variant.parse().expect("a size"), 1_000_000)?;
        Ok((image::load_from_memory(&picture.bytes).expect("a picture"), picture.content_type))
    }

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("a picture that can be written");
        bytes.into_inner()
    }

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        let halves = |x, _| if x < width / 2 { image::Rgb([255, 0, 0]) } else { image::Rgb([0, 0, 255]) };
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, halves))
    }

    #[test]
    fn each_kind_becomes_one_that_suits() {
        let opaque = halves(200, 100);
        let clear =
            DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(200, 100, image::Rgba([9, 9, 9, 100])));
        for (image, format, kind) in [
            (&opaque, ImageFormat::Jpeg, "image/jpeg"),
            (&opaque, ImageFormat::Png, "image/png"),
            (&opaque, ImageFormat::Gif, "image/png"),
            (&opaque, ImageFormat::WebP, "image/jpeg"),
            (&clear, ImageFormat::Png, "image/png"),
            (&clear, ImageFormat::WebP, "image/webp"),
        ] {
            let (small, content_type) = shrunk(&encoded(image, format), "50x50 scale").unwrap();
            assert_eq!((small.width(), small.height(), content_type), (50, 25, kind));
            let alpha = small.to_rgba8().get_pixel(10, 10)[3];
            assert_eq!(alpha, if image.color().has_alpha() { 100 } else { 255 });
        }
    }

    #[test]
    fn cropping_keeps_the_middle() {
        let (small, _) = shrunk(&encoded(&halves(300, 100), ImageFormat::Png), "40x40 crop").unwrap();
        assert_eq!((small.width(), small.height()), (40, 40));
        let small = small.to_rgb8();
        assert_eq!((small.get_pixel(2, 20)[0], small.get_pixel(37, 20)[2]), (255, 255));
    }

    /// A JPEG with an EXIF block that says how it is to be turned.
    fn turned(image: &DynamicImage, orientation: u8) -> Vec<u8> {
        let jpeg = encoded(image, ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let length = u16::try_from(exif.len() + 2).expect("a short block").to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn pictures_stand_upright() {
        // 6: the camera was turned, so what is left in the file is at the top of the picture.
        let (small, _) = shrunk(&turned(&halves(200, 100), 6), "60x60 scale").unwrap();
        assert_eq!((small.width(), small.height()), (30, 60));
        let small = small.to_rgb8();
        assert!(small.get_pixel(15, 5)[0] > 200 && small.get_pixel(15, 55)[2] > 200);
    }

    #[test]
    fn what_can_t_be_shown_is_refused() {
        let huge = encoded(&halves(1001, 1000), ImageFormat::Png);
        assert!(matches!(shrunk(&huge, "9x9 crop"), Err(MediaError::TooManyPixels { limit: 1_000_000 })));
        let mut cut = encoded(&halves(300, 300), ImageFormat::Jpeg);
        cut.truncate(100);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
        for bad in [cut, svg, Vec::new(), b"\x89PNG\r\n\x1a\n".to_vec()] {
            assert!(matches!(shrunk(&bad, "9x9 crop"), Err(MediaError::NoThumbnail(_))));
        }
        // A header that promises more pixels than anybody has memory for.
        let mut bomb = encoded(&halves(10, 10), ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert!(shrunk(&bomb, "9x9 crop").is_err());
    }

    proptest! {
        #[test]
        fn sizes_fit_and_never_grow(
            size in (1_u32..=60_000, 1_u32..=60_000),
            width in 1_u32..=4096, height in 1_u32..=4096, crop: bool, on_its_side: bool,
        ) {
            let method = if crop { Method::Crop } else { Method::Scale };
            let (wide, high) = fitted(size, Variant { width, height, method }, on_its_side);
            prop_assert!(wide >= 1 && high >= 1 && wide <= size.0 && high <= size.1);
            let (most_wide, most_high) = if on_its_side { (height, width) } else { (width, height) };
            prop_assert!(wide <= most_wide && high <= most_high);
        }

        #[test]
        fn damaged_pictures_harm_nobody(flips in prop::collection::vec((0_usize..400, any::<u8>()), 1..20), kind in 0_usize..4) {
            let format =
                [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP][kind];
            let mut bytes = encoded(&halves(40, 30), format);
            for (at, value) in flips {
                let length = bytes.len();
                bytes[at % length] = value;
            }
            if let Ok((small, _)) = shrunk(&bytes, "20x20 scale") {
                prop_assert!(small.width() <= 20 && small.height() <= 20);
            }
        }
    }
}
