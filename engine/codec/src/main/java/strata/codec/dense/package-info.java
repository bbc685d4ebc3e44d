/**
 * The dense pixel coder: rows of native samples in as few bytes as a sequential model of them
 * allows. Knows nothing of chunks and objects beyond {@link strata.codec.ImageShape}.
 *
 * <p>Reading order: {@link strata.codec.dense.DenseEncoder} and
 * {@link strata.codec.dense.DenseDecoder}, {@code ChunkCoder} (a payload), {@code PlaneOrder},
 * {@code Plane} and {@code SampleBytes} (samples and bytes), {@code ValueMap}; then the model:
 * {@code PlaneCoder} (a sample), {@code CopyModel}, {@code SpecialValues}, {@code LinearPredictor}
 * with {@code Taps}, {@code WeightTable}, {@code LinearFit} and
 * {@link strata.codec.dense.LeastSquares}, {@code Biases}, {@code ResidualCoder},
 * {@code DecisionMixer}, {@code Counters}, {@code Logistic}; at the end {@code BitCoder}. Beside
 * it, for bytes that are no pixels: {@link strata.codec.dense.PlainBytes} and {@code ByteModel}.
 *
 * <p>Invariants: integers only, of 32 bits that wrap around where nothing else is said, so that
 * every machine decodes alike (an encoder finds weights by floating point, and writes them as
 * integers); the statements that model a sample are the same for both directions, and the direction
 * is known to {@code BitCoder} alone; a decoder does a bounded number of steps for each sample and
 * answers with as many bytes as asked for or with {@link strata.base.CorruptDataException}.
 *
 * <h2>Payload, version 1</h2>
 *
 * One byte, 1 (modelled) or 2 (all values equally likely), then one string of bytes in which the
 * following is coded, in order. "n bits" are coded as they are, {@code F} is a flag of one such
 * bit.
 *
 * <table>
 * <caption>Content</caption>
 * <tr><th>coded as</th><th>what</th></tr>
 * <tr><td>16 bits, 16 bits</td><td>lowest and highest value; signed samples are moved by half their
 * range</td></tr>
 * <tr><td>counters</td><td>for each value between: 1 when it has a number. Context: the last three
 * answers (at first 0, 0, 1), plus 8 when at least 16 answers before were equal, plus 16 when at
 * least 64 were. Values are numbered in their order from 0; samples are these numbers from here on,
 * the highest is {@code top}</td></tr>
 * <tr><td></td><td>if {@code top} is 0, nothing more; in form 2 each sample of each plane, equally
 * likely of 0 to {@code top}; else:</td></tr>
 * <tr><td>twice F, 16 bits</td><td>up to two special values</td></tr>
 * <tr><td>weight tables</td><td>one for each kind of planes there is, ascending</td></tr>
 * <tr><td>planes</td><td>in their order</td></tr>
 * </table>
 *
 * <table>
 * <caption>Weight table</caption>
 * <tr><th>coded as</th><th>what</th></tr>
 * <tr><td>3 bits</td><td>classes less 1</td></tr>
 * <tr><td>F</td><td>not for kind 0: the predictor looks at the plane of reference</td></tr>
 * <tr><td>F</td><td>the copy model is in use</td></tr>
 * <tr><td>7 bits each</td><td>first quarter of activity of each class but the first</td></tr>
 * <tr><td>13 or 18 a class</td><td>weights in 1/2048: length of the magnitude (4 bits), its bits
 * below the highest, F negative; only the length for 0</td></tr>
 * </table>
 *
 * <p><b>Planes.</b> A chunk whose rows are whole frames has a plane for each frame and component,
 * any other is one plane for each interleaved component. Frame by frame; of three or more
 * components the second comes before the first. Kinds: 0 the first component of the first frame, 1
 * that of later frames, 1 + k the component in place k. Plane of reference: the first component of
 * the frame before (kind 1), or of the same frame; places from 2 on have the plane before as
 * second. The first components share one model, the others another; a model's counters and mixers
 * last for the chunk, all else for a plane.
 *
 * <p><b>Edges.</b> Left of a row lies the first sample of the row above (0 at the first row), right
 * of it its last sample; above the first row, the row itself, but while it is coded the sample to
 * the left (0 at the first); below the last row, that row. For errors: left of a row and of the row
 * above the first of the row above, right of the row above its last, above the first row 64 for
 * errors of the prediction, 1 for misses, 0 for the others.
 *
 * <p><b>Words.</b> W, N, NW, NE, WW, NN, ... are neighbours by direction; {@code quarters(v)} is v
 * below 4, else 4 (e - 1) + the two bits after the highest, e being the place of the highest bit;
 * {@code length(v)} is the number of bits of v. Errors are kept in 1/64 of a step.
 *
 * <p><b>Prediction</b> in 1/64. Taps: N, NW, NE, WW, NN, NNW, NNE, NWW, NEE, NNWW, NNEE, WWW, NNN,
 * each less W; then R - W, and of the plane of reference W, N, E and S, each less its R, the sample
 * at the same place. Activity: |W - NW| + |N - NW| + |N - NE| + |W - WW| + |N - NN|; its quarters,
 * at most 79, give the class. {@code base} = 64 W + (taps times weights of the class &gt;&gt; 5);
 * {@code fixed} = base, {@code followed} = base + (taps times following weights &gt;&gt; 10),
 * {@code median} = 64 times the median of W, N, W + N - NW; the first two are clamped to 0 .. 64
 * top. For each, q is the quarters of the sum of its errors / 4 at W, N, NW and NE, plus 6 for the
 * median, less the least q; its share is 65536 (q even) or 46341 (q odd) &gt;&gt; q / 2, 0 from q
 * 32 on. The prediction is fixed + ((((followed - fixed) share + (median - fixed) share) &gt;&gt;
 * 10) times (2^20 / (sum of shares &gt;&gt; 10)) &gt;&gt; 20). {@code scale} is the quarters, at
 * most 63, of a quarter of the sum of the prediction's errors / 8: twice at W and N, once at NW,
 * NE, WW, NEE. The bias of the context (which of W, N, NW, NE, WW, NN exceed the whole part of the
 * prediction; scale / 4, at most 15) &gt;&gt; 4 is added and the sum clamped. Afterwards the bias
 * grows by the error &gt;&gt; 3, and following weight j, in 1/65536, by (s tap + 32768) &gt;&gt;
 * 16, with power = 64 + (sum of |tap| squared &gt;&gt; 3) of b bits, m its eight highest bits, s =
 * (error of followed, clamped to +-32768, times (65536 / m) &lt;&lt; 20) &gt;&gt; (b + 8).
 *
 * <p><b>A sample</b> is asked for in this order. Copy model, if in use: the guess is N (kind 0), R
 * (kind 1), or the component last seen with this colour (else R), by the hash (key 0x9E3779B1)
 * &gt;&gt;&gt; 19 of the key 2 R + (W equals R's W), or with a second plane R 256 xor its sample.
 * When a guess at W, N, NW or NE was right, a counter by the misses there, at WW and NEE (bits 0 to
 * 5) and whether the guess equals W, N, NE (bits 6 to 8) says whether this one is. Special values,
 * in order: when W, N, NW, NE, WW, NN, NWW, NEE, NNW or NNE has the value, a mixed decision says
 * whether the sample has; contexts: (which of W, N, NW, NE, WW, NN, NEE, NNW, NNE have it; 2
 * length(d / 8), at most 31, d the sum of the distances of W, N, NW, NE from it), (lengths of the
 * distances of W and of N, at most 15 each), (how many of the ten have it; quarters(d + distances
 * of WW and NN) / 2, at most 31), (how many of the first four; scale). Then the residual.
 *
 * <p><b>Residual</b> from the prediction rounded to a whole; its sign is turned when the rounding
 * went up. f is the distance of the rounding / 8, at most 3. The bucket is the length of the
 * magnitude. Typical bucket of a scale: the length of (m 2172 &gt;&gt; 18), 1 to 15 and at most
 * length(top), m being the middle of the scale's quarter times 8. Mixed decisions: at least
 * typical? (kind 3 t); if so, more than b? (kind 3 b + 1) upwards until no or length(top), else at
 * least b? (kind 3 b + 2) downwards until yes or 0. Contexts: (scale, f), (quarters of activity, at
 * most 63; length of the error at W / 32, at most 15), (the same of N; length of the sum of those
 * at NW and NE / 64, at most 15; whether |fixed - median| &gt;&gt; (3 + scale / 4) exceeds 0;
 * whether a special value was asked for), (quarters of the prediction &gt;&gt; 4, at most 63; scale
 * / 4, at most 15). Unless the bucket is 0: the sign by a counter (typical, bucket, f, rounded
 * prediction is 0), the two bits after the highest by counters (bucket, typical, f when bucket is
 * below 4, bits so far), the rest as they are. The sample is clamped to 0 .. top.
 *
 * <p><b>Counters</b> hold a probability p of a 1 in 22 bits, half at first, and a count n, at first
 * 0, at most 255: p += ((e &gt;&gt; 7) (655360 / (10 n + 16))) &gt;&gt; 9, e being 2^22 - 1 or 0
 * less p. Read by itself, p &gt;&gt; 6 is clamped to 32 .. 65504. <b>Mixed decisions</b> have a
 * counter for each of four contexts and their kind (of a residual: n = 1, and p = 5/16 for kinds 3
 * b + 1) and four weights for their kind, at first 19660: P = squash((sum of weights times
 * stretch(p &gt;&gt; 10)) &gt;&gt; 16), in 64 bits; then weight += (stretch (65536 bit - P) + 8192)
 * &gt;&gt; 14. squash(a), a within +-2047: k = min((2047 + a) &gt;&gt; 1, 2046) - 1023, on straight
 * lines between 65536 / (1 + exp(-i / 4)) (rounded, i from 0 to 32) at 2 |k| = 64 i; below 0 that
 * from 65536. stretch(p): the least a with squash(a) at least 16 p + 8, or 2047.
 *
 * <p><b>Range coder</b>: range 2^32 - 1, code the first four bytes. A bit of P: part = (range
 * &gt;&gt; 16) P; 1 when code is below part, which then is the range, else both lose part. n bits,
 * or one of n values: part = range / 2^n or range / n, value = code / part. While range is below
 * 2^24, one byte more. All bytes are used when the last sample is known.
 */
package strata.codec.dense;
