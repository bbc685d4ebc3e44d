/**
 * The archive codec of the long-term tier, lossless at the byte level: any bytes in, the same bytes
 * out, from the start or from any position, in bounded memory.
 *
 * <p>Reading order: {@link strata.codec.ObjectEncoder}, {@link strata.codec.EncodedLayout},
 * {@link strata.codec.ObjectDecoder}, {@link strata.codec.SeriesContext} and
 * {@link strata.codec.SeriesTemplate}; then {@code ChunkPlan} and {@code PixelDataLocator} (where
 * chunks begin), {@code ImageEncoder}, {@code ImageDecoder}, {@code SampleRows}, {@code Predictor}
 * and {@code Activity} (the image stage).
 *
 * <p>Invariants: a chunk decodes without any other chunk, and is never longer than its original
 * bytes and header; integer arithmetic only, so that every machine decodes alike; whatever a
 * decoder is given, it answers with the original bytes or {@link strata.base.CorruptDataException}
 * (a newer version: {@link strata.base.FormatException}).
 *
 * <h2>An encoded object, version 1</h2>
 *
 * All numbers are big-endian and unsigned. CRC is CRC-32C.
 *
 * <table>
 * <caption>Object</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>4</td><td>magic {@code STRO}</td></tr>
 * <tr><td>4</td><td>1</td><td>version, 1</td></tr>
 * <tr><td>5</td><td>3</td><td>zero</td></tr>
 * <tr><td>8</td><td></td><td>chunks, in order</td></tr>
 * <tr><td></td><td>32</td><td>end record: a chunk of method END with the object's length in
 * bytes (8) as payload, original length and original CRC zero, and the number of chunks as sequence
 * number</td></tr>
 * </table>
 *
 * <table>
 * <caption>Chunk</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>1</td><td>method: 1 STORED, 2 ZSTD, 3 ZSTD_TEMPLATE, 4 IMAGE, 6
 * DENSE, 127 END</td></tr>
 * <tr><td>1</td><td>3</td><td>sequence number from 0, modulo 2^24</td></tr>
 * <tr><td>4</td><td>4</td><td>original length, 1 to 4 MiB</td></tr>
 * <tr><td>8</td><td>4</td><td>payload length; equal for STORED, less for the others</td></tr>
 * <tr><td>12</td><td>4</td><td>CRC of the original bytes</td></tr>
 * <tr><td>16</td><td>4</td><td>CRC of the payload</td></tr>
 * <tr><td>20</td><td>4</td><td>CRC of the 20 bytes above</td></tr>
 * <tr><td>24</td><td></td><td>payload</td></tr>
 * </table>
 *
 * <p>ZSTD is one frame (RFC 8878); ZSTD_TEMPLATE one frame whose dictionary is the series template
 * as raw content. An encoder ends a chunk at the first byte of native Pixel Data, and cuts that at
 * whole frames, or at whole rows of a frame of more than 1 MiB.
 *
 * <table>
 * <caption>Payload of method IMAGE: whole rows of samples</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>1</td><td>predictor: 0 W; 1 N; 2 median of W, N, W + N - NW; 3 (W + N) &gt;&gt; 1;
 * 4 (3 W + 3 N - 2 NW + 2) &gt;&gt; 2; 5 W + ((NE - NW) &gt;&gt; 1)</td></tr>
 * <tr><td>1</td><td>flags: 1 16-bit samples (otherwise 8), 2 big endian, 4 signed, 8 first and third
 * component relative to the second</td></tr>
 * <tr><td>1</td><td>interleaved components of a pixel, 1 to 4</td></tr>
 * <tr><td>1</td><td>contexts K, 1 to 12</td></tr>
 * <tr><td>4</td><td>columns, 1 to 65535; original length / row length rows follow</td></tr>
 * <tr><td>K - 1</td><td>the first activity bucket of contexts 1 to K - 1, ascending</td></tr>
 * <tr><td>K</td><td>shift s of each context, 0 to the bits of a sample</td></tr>
 * <tr><td></td><td>K symbol streams, in order of contexts</td></tr>
 * <tr><td></td><td>the stream of escaped residuals, two bytes each</td></tr>
 * <tr><td></td><td>the stream of low bits, first bit lowest</td></tr>
 * </table>
 *
 * <table>
 * <caption>Payload of method DENSE: whole frames, or whole rows of one frame</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>1</td><td>flags: 1 16-bit samples (otherwise 8), 2 big endian, 4 signed, 8 planar</td></tr>
 * <tr><td>1</td><td>samples of a pixel, 1 to 4</td></tr>
 * <tr><td>2, 2</td><td>columns, rows of a plane, 1 to 65535</td></tr>
 * <tr><td></td><td>what {@link strata.codec.dense} describes</td></tr>
 * </table>
 *
 * <p>A stream is its length (4), its stored length (4), and the bytes: as they are when both are
 * equal, else one zstd frame.
 *
 * <p>Decoding of a sample: signed samples are offset by half the range. Neighbours are those of the
 * same component; beyond the left edge W and NW are N of the first pixel, beyond the right edge NE
 * is the last pixel above, and above the first row all are 0. The activity is |W - NW| + |NW - N| +
 * |N - NE|; its bucket is the activity itself below 4, else 4 (e - 1) + the two bits after the
 * highest, e being the place of the highest bit. The context of the bucket gives the stream. A
 * symbol below 255 is v &gt;&gt; s, its s lower bits come from the low bits; 255 takes v from the
 * escapes. The residual is v / 2 for even v and -(v + 1) / 2 for odd v; the sample is predictor
 * plus residual modulo the range. With flag 8 the first and third component are then increased by
 * the second minus half the range.
 */
package strata.codec;
