/**
 * The archive codec of the long-term tier, lossless at the byte level: any bytes in, the same bytes
 * out, from the start or from any position, in bounded memory.
 *
 * <p>Reading order: {@link strata.codec.ObjectEncoder}, {@link strata.codec.EncodedLayout},
 * {@link strata.codec.ObjectDecoder}, {@link strata.codec.SeriesContext} and
 * {@link strata.codec.SeriesTemplate}; then {@code ChunkPlan} and {@code PixelDataLocator} (where
 * chunks begin), {@code ChunkEncoder} and {@code HeldObject} (what becomes of them);
 * {@code LinearEncoder} with {@code LinearPlan}, {@code WeightFit}, {@code KnownRows},
 * {@code TokenTable} and {@code TokenCoder}, {@code LinearDecoder} with {@code RowAbove},
 * {@code ClassWeights} and {@code TokenDecoder} (method LINEAR, the fast profile);
 * {@code DenseStage} and {@link strata.codec.dense} (method DENSE); {@code ImageDecoder},
 * {@code Predictor} and {@code Activity} (method IMAGE, which is read only).
 *
 * <p>Invariants: a chunk decodes without any other chunk, and is never longer than its original
 * bytes and header; integer arithmetic only, so that every machine decodes alike; whatever a
 * decoder is given, it answers with the original bytes or {@link strata.base.CorruptDataException}
 * (a newer version: {@link strata.base.FormatException}).
 *
 * <h2>An encoded object, version 2</h2>
 *
 * Begins with a byte of 128 or more. Chunks follow each other, nothing else: the last one says that
 * it is. An object without bytes is the byte 192. CRC is CRC-32C.
 *
 * <table>
 * <caption>Chunk</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>1</td><td>method: 1 STORED, 2 ZSTD, 3 ZSTD_TEMPLATE, 4 IMAGE, 5 LINEAR, 6 DENSE, 7 BLOCKS,
 * 8 BLOCKS_TEMPLATE, 9 BYTES; plus 128; plus 64 for the last chunk</td></tr>
 * <tr><td>1 to 4</td><td>original length, 1 to 4 MiB: seven bits in a byte, the lowest first, 128
 * added to all bytes but the last; no longer than it must be</td></tr>
 * <tr><td>1 to 4</td><td>payload length, in the same form; equal for STORED, less for the
 * others</td></tr>
 * <tr><td>4</td><td>big-endian CRC of the original bytes, the payload, the bytes of this header
 * above, and the offset of the chunk in the object (8, big-endian), one after the other</td></tr>
 * <tr><td></td><td>payload</td></tr>
 * </table>
 *
 * <p>A table of the chunks (the pack has it) is their number (4, the highest bit set for an object
 * of version 2), and for each the original length (4) and the length with header (4), big-endian.
 *
 * <p>ZSTD is one frame (RFC 8878); ZSTD_TEMPLATE one frame whose dictionary is the series template
 * as raw content. BLOCKS and BLOCKS_TEMPLATE are the same without the frame's header, which would
 * be: single segment, no checksum, no dictionary id, content size in 1 byte below 256, 2 below
 * 65,792, else 4. BYTES is described by {@link strata.codec.dense}. An encoder ends a chunk at the
 * first byte of Pixel Data, and cuts native ones at whole frames, or at whole rows of a frame of
 * more than 1 MiB, unless a small object is shorter as one chunk.
 *
 * <h2>An encoded object, version 1</h2>
 *
 * No longer written. All numbers are big-endian and unsigned. Methods are those of version 2.
 *
 * <table>
 * <caption>Object</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>4</td><td>magic {@code STRO}</td></tr>
 * <tr><td>4</td><td>1</td><td>version, 1</td></tr>
 * <tr><td>5</td><td>3</td><td>zero</td></tr>
 * <tr><td>8</td><td></td><td>chunks, in order</td></tr>
 * <tr><td></td><td>32</td><td>end record: a chunk of method END (127) with the object's length in
 * bytes (8) as payload, original length and original CRC zero, and the number of chunks as sequence
 * number</td></tr>
 * </table>
 *
 * <table>
 * <caption>Chunk</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>1</td><td>method</td></tr>
 * <tr><td>1</td><td>3</td><td>sequence number from 0, modulo 2^24</td></tr>
 * <tr><td>4</td><td>4</td><td>original length, 1 to 4 MiB</td></tr>
 * <tr><td>8</td><td>4</td><td>payload length; equal for STORED, less for the others</td></tr>
 * <tr><td>12</td><td>4</td><td>CRC of the original bytes</td></tr>
 * <tr><td>16</td><td>4</td><td>CRC of the payload</td></tr>
 * <tr><td>20</td><td>4</td><td>CRC of the 20 bytes above</td></tr>
 * <tr><td>24</td><td></td><td>payload</td></tr>
 * </table>
 *
 * <h2>Payloads</h2>
 *
 * Numbers are big-endian and unsigned where nothing else is said.
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
 * <caption>Payload of method LINEAR: whole frames, or whole rows of one frame</caption>
 * <tr><th>length</th><th>content</th></tr>
 * <tr><td>1</td><td>flags: 1 16-bit samples (otherwise 8), 2 big endian, 4 signed, 8 first and third
 * component relative to the second</td></tr>
 * <tr><td>1</td><td>interleaved components of a pixel, 1 to 4</td></tr>
 * <tr><td>1, 1</td><td>classes C, 1 to 8; contexts K, 1 to 16</td></tr>
 * <tr><td>2</td><td>columns, 1 to 65535</td></tr>
 * <tr><td>2, 2</td><td>the lowest and the highest sample</td></tr>
 * <tr><td>C - 1, K - 1</td><td>the first bucket of classes 1 to C - 1, ascending; the same of
 * contexts</td></tr>
 * <tr><td>C times 22</td><td>eleven signed weights (2 each), -1023 to 1023, of NWW NW N NE NEE NEEE,
 * NNW NN NNE NNEE, WW; that of W makes their sum 256</td></tr>
 * <tr><td>2</td><td>length of the token tables, which follow as bits, highest first</td></tr>
 * <tr><td>4, 4</td><td>states of the first and the second lane</td></tr>
 * <tr><td>4, 4</td><td>length of the words in bytes, number of extra bits</td></tr>
 * <tr><td></td><td>the words, 16 bits each, little endian</td></tr>
 * <tr><td></td><td>the extra bits, each byte from its lowest bit</td></tr>
 * </table>
 *
 * <p>Samples are made unsigned and relative as for IMAGE below. Up to 15 rows, or fewer than 16,384
 * samples, are one lane; else the first half of the rows, rounded up, is the first lane and the
 * rest the second. Lanes know nothing of each other; they are decoded by turns, a sample of the
 * first, then one of the second, row by row, and the last row of a longer first lane alone.
 *
 * <p>Neighbours are of the same component; letters are steps in the directions of the compass. What
 * lies beyond the left edge is the first pixel of the row above that row, or, seen from the row
 * itself, of the row above; beyond the right edge it is the last pixel. Above the second row of a
 * lane's own first row is the first row again; all of what is above the first row, and left of it,
 * is the lowest sample.
 *
 * <p>The activity above is |NW - N| + |N - NE| + |N - NN| + |NE - NNE|; with |W - NW| + |W - WW| it
 * is the activity of a sample. Both count as 16,383 when they are more. The bucket of an activity a
 * is 8 e + ((a + 8) &gt;&gt; e) - 8, e being the place of the highest bit of a + 8, minus 3. The
 * class by the bucket of the activity above gives the weights: the guess is (128 + the weighted
 * sum) &gt;&gt; 8, in the first row of a lane W, and in any case at least the lowest and at most
 * the highest sample. The context by the bucket of the activity gives the table of the token. The
 * residual is folded as for IMAGE.
 *
 * <p>Token t below 16 is the folded residual t; another has t / 4 - 2 extra bits, which are added
 * to (4 + t mod 4) shifted left by their number. Extra bits are read from the last one backwards,
 * the highest of a residual first. The tables: for each context the number of tokens (7 bits), then
 * for each token the difference of its level from the expected one, folded like a residual, plus 1,
 * as an Elias gamma number. Expected is the level of the token before, at first 24; for token 16
 * eight more, for 20, 24 and so on four more, at most 52. A level l above 0 weighs (4 + (l - 1) mod
 * 4) shifted left by (l - 1) / 4, level 0 nothing. A frequency is weight * 2048 / sum of weights,
 * rounded down and at least 1 where the weight is not 0; the first of the largest then takes what
 * lacks in 2048 at once, or gives what is over one by one, each from the first of the largest.
 *
 * <p>A lane's state x decodes the token whose range of x mod 2048 it is in, the frequencies being
 * laid out in order of tokens: x becomes frequency * (x / 2048) + x mod 2048 - start of the range,
 * and if that is below 2^15, x * 2^16 + the next word. At the end both states are 2^15 and both
 * streams are used up.
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
