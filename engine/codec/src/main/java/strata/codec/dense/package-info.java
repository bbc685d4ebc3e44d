/**
 * The dense pixel coder: rows of native samples in as few bytes as a sequential model can put them.
 * Knows nothing of chunks and objects beyond {@link strata.codec.ImageShape} and
 * {@link strata.codec.SampleRows}.
 */
package strata.codec.dense;
