/**
 * Every copy between tiers, and everything that keeps copies right.
 *
 * <p>Reading order: {@link strata.mover.Tiers} (the tiers by name), {@link strata.mover.Migration}
 * (copy, sync, read again, verify, commit), {@link strata.mover.MergePacks} (late instances join
 * their series), {@link strata.mover.SharePacks} (small studies share a pack),
 * {@link strata.mover.PackErasure} (packs that nothing is in any more), {@link strata.mover.Recall}
 * (back to hot), {@link strata.mover.recall} (in which order), {@link strata.mover.MoverPace} (how
 * much at a time), {@link strata.mover.MoveProgress} (how far), {@link strata.mover.Scrub} and
 * {@link strata.mover.ScrubRound} (read everything in turn), {@link strata.mover.Repair} (make a
 * damaged copy right from another one) and {@link strata.mover.RepairQueue} (which repairs, when,
 * and how often), {@link strata.mover.Reconciliation} (the catalog against the media) and
 * {@link strata.mover.Shred} (the end of a study's key).
 *
 * <p>Invariants: an operation that is repeated does no harm and finishes what an interrupted one
 * began; a placement is entered only after the copy was synced, read again from the medium, decoded
 * and compared with the digest of the receipt; a copy is dropped only while another verified one
 * exists; a failure names the object and never stops the others.
 */
package strata.mover;
