/**
 * The dense pixel coder: rows of native samples in as few bytes as a sequential model of them
 * allows. Knows nothing of chunks and objects beyond {@link strata.codec.ImageShape}.
 *
 * <p>Reading order: {@link strata.codec.dense.DenseEncoder} and
 * {@link strata.codec.dense.DenseDecoder}, {@code ChunkCoder} (a payload), {@code PlaneOrder},
 * {@code Plane} and {@code SampleBytes} (samples and bytes), {@code ValueMap}; then the model:
 * {@code PlaneCoder} (a sample), {@code SpecialValues}, {@code LinearPredictor} with {@code Taps},
 * {@code WeightTable} and {@code LinearFit}, {@code Biases}, {@code ResidualCoder},
 * {@code DecisionMixer}, {@code Counters}, {@code Logistic}; at the end {@code BitCoder}.
 *
 * <p>Invariants: integers only, so that every machine codes alike; the statements that model a
 * sample are the same for both directions, and the direction is known to {@code BitCoder} alone; a
 * decoder does a bounded number of steps for each sample and answers with as many bytes as asked
 * for or with {@link strata.base.CorruptDataException}.
 */
package strata.codec.dense;
