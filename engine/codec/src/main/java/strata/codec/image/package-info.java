/**
 * Images: what the pixels of an instance are, where each frame lies, and the codecs of single
 * frames between the encapsulated and the native form (PS3.5 8 and Annex A). All of them are pure
 * Java, work on one frame in memory, and are found by {@link strata.codec.image.FrameCodecs}.
 *
 * <p>Reading order: {@link strata.codec.image.PixelLayout} and
 * {@link strata.codec.image.Photometric}; {@link strata.codec.image.FrameDecoder},
 * {@link strata.codec.image.FrameEncoder} and {@link strata.codec.image.FrameCodecs};
 * {@link strata.codec.image.DataSetBytes} and {@link strata.codec.image.Frames} (frame n of an
 * instance, with {@code FragmentIndex} and {@code FrameStarts});
 * {@link strata.codec.image.Transcoding} and {@link strata.codec.image.TranscodedDataSet} (a whole
 * data set, with {@code TranscodedElements}, {@code PixelSteps}, {@code FrameGathering} and
 * {@code ImageAttributes}); then the codecs.
 *
 * <p>Invariants: input from outside leads to a frame of the size that the layout asks for or to
 * {@link strata.codec.image.MalformedImageException}, in time proportional to the sizes of input
 * and output; no allocation follows from a number in the input alone, beyond one frame of at most
 * {@link strata.codec.image.FrameCodecs#MAX_FRAME_BYTES} that the input can stand for; encoders are
 * lossless, bit for bit, unused high bits of a sample included.
 *
 * <h2>What a codec follows</h2>
 *
 * <table>
 * <caption>Codecs</caption>
 * <tr><th>syntax</th><th>clause</th><th>codec</th></tr>
 * <tr><td>.5</td><td>PS3.5 8.2.2, Annex G</td><td>{@code RleDecoder}, {@code RleEncoder}</td></tr>
 * <tr><td>.4.50 .51</td><td>PS3.5 8.2.1, ITU-T T.81 processes 1, 2, 4</td><td>{@code
 * DctJpegDecoder}</td></tr>
 * <tr><td>.4.57 .70</td><td>PS3.5 8.2.1, ITU-T T.81 process 14</td><td>{@code
 * LosslessJpegDecoder}, {@code LosslessJpegEncoder} (.70)</td></tr>
 * <tr><td>.4.80 .81</td><td>PS3.5 8.2.3, ITU-T T.87</td><td>{@code JpegLsDecoder}, {@code
 * JpegLsEncoder} (.80)</td></tr>
 * <tr><td>.4.90 .91</td><td>PS3.5 8.2.4, ITU-T T.800</td><td>{@code Jpeg2000Decoder}, with {@code
 * Jpeg2000Stream}, {@code Jpeg2000Component}, {@code Jpeg2000Packets}, {@code BlockDecoder} and
 * {@code InverseWavelet}</td></tr>
 * </table>
 *
 * <p>Samples are those of the code stream: no change of colour space (YBR stays YBR, but with its
 * chrominance at full size; but for the component transform of JPEG 2000, which is part of the code
 * stream), no sign extension but in JPEG 2000, which knows signs.
 */
package strata.codec.image;
