/**
 * A tier on any store that speaks S3: packs as objects of one bucket, offsite or beyond the size of
 * one machine.
 *
 * <p>Reading order: {@link strata.s3.S3TierOptions}, {@link strata.s3.S3Tier} (the promises of
 * {@link strata.tier.Tier}), {@code PackUpload} (a pack as a stream of parts), {@code S3PackSource}
 * (range reads), {@code S3Locks} (object lock, and buckets that keep versions), {@code S3Failure}
 * (what an answer means for the tier). The SDK is used here and nowhere else.
 *
 * <h2>What lies in the bucket</h2>
 *
 * <table>
 * <caption>Keys, below the prefix of the tier</caption>
 * <tr><th>key</th><th>content</th></tr>
 * <tr><td>{@code packs/ab/abcd...pack}</td><td>a sealed pack, of one study or of several small ones, spread
 * by the first byte of its name</td></tr>
 * <tr><td>{@code quarantine/abcd....1.pack}</td><td>a damaged pack set aside, numbered from
 * 1</td></tr>
 * <tr><td>{@code keys/00000001.keys}</td><td>a file of the key ledger, as
 * {@link strata.tier.crypto} describes it</td></tr>
 * </table>
 *
 * <p>Invariants: an object appears whole or not at all, because an upload shows only once it is
 * completed; a pack is never written over, where the server knows conditional requests
 * (If-None-Match), and is written over with the same content otherwise; memory per pack is one part
 * to write and one window to read; credentials come from the environment and are never kept. A
 * prefix belongs to one tier of one site: uploads found unfinished at its start are removed.
 *
 * <p>Every pack is sealed before it leaves ({@link strata.tier.crypto}), and the ledger of the keys
 * lies beside them, wrapped. The bucket must not keep versions below {@code keys/}: a shredded key
 * would be kept with them. Where it keeps versions for the sake of object lock, each file of keys
 * that is written over is deleted with its version.
 */
package strata.s3;
