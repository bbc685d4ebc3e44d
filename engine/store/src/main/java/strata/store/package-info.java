/**
 * The only way to the bytes: ingest, verified reading, deletion, restoring of copies, and the
 * rebuilding of the catalog. It joins segments, which know bytes, with the catalog, which knows
 * DICOM.
 *
 * <p>Reading order: {@link strata.store.Store} (the facade that every door uses),
 * {@link strata.store.Ingest} (one object on its way in), {@link strata.store.ObjectReader} and
 * {@link strata.store.ObjectSource} (objects on their way out, from whichever copy is right, by
 * {@code ReadVersion}), {@code BodyParser} (what the catalog learns from a record),
 * {@link strata.store.Replay} (the start and the rebuild), {@link strata.store.Decisions} and
 * {@link strata.store.Purge} (deletion and its undoing), {@link strata.store.Compaction} (space
 * comes back), {@code IndexGate} (what happens while the catalog takes no entries),
 * {@link strata.store.DataDirectory} and {@code SiteFile} (the lock, the format version, whose
 * medium it is).
 *
 * <p>Body of a record: the canonical Part 10 file, that is {@code Part10.header(class, instance,
 * syntax)} followed by the data set bytes exactly as received. Its SHA-256 is the identity of a
 * version, the same whichever door it came through.
 *
 * <p>Attributes of an OBJECT record (big-endian):
 *
 * <pre>
 * offset size what
 *      0    1 version, 1
 *      1    8 received at the origin, milliseconds since 1970-01-01T00:00Z
 *      9    1 length of the AE title, 0 when the sender had none
 *     10    n AE title of the sender, ASCII
 * </pre>
 *
 * <p>Attributes of a TOMBSTONE record, which says what was decided about a version; of several on
 * one version the last counts:
 *
 * <pre>
 * offset size what
 *      0    1 version, 2
 *      1    1 verdict: 1 deleted, 2 restored, 3 chosen, 4 superseded, 5 purged
 *      2    1 the verdict that it replaced, 0 for none
 *      3    1 reason: 0 operator, or rejected for 1 quality, 2 patient safety, 3 incorrect modality
 *             worklist entry, 4 data retention policy expired
 *      4    8 decided at, milliseconds since 1970-01-01T00:00Z
 *     12   16 the object id of the version
 *     28    1 length of the version's SOP Instance UID, then the UID
 *           1 length of the rejection note's SOP Instance UID, 0 for none, then the UID
 *           1 length of the actor, then the actor, UTF-8
 *           2 length of the text, then the text, UTF-8
 * </pre>
 *
 * <p>Invariants: an object is acknowledged only after its record is durable and the catalog has it;
 * at most one version of a SOP instance is CURRENT, the one chosen last, else the one first
 * appended here of those not deleted; a copy is released only while another verified one exists;
 * nothing in the catalog is needed to find the objects again.
 */
package strata.store;
