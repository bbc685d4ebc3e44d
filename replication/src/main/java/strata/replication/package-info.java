/**
 * Replication from site to site: every new object of one site becomes a synced, hash-verified
 * replica at another, and each can read the other's copies to repair its own.
 *
 * <p>Reading order: {@link strata.replication.ChannelSecurity} (TLS with the certificates of both
 * sides, or loopback), {@link strata.replication.SiteSender} (one for each configured site),
 * {@link strata.replication.ReplicationServer} (what the other end talks to),
 * {@link strata.replication.SiteSource} (copies at a site, for the store's reads and repairs),
 * {@link strata.replication.SenderStatus}, {@link strata.replication.SiteComparison} (what differs
 * between two sites, and its repair), {@link strata.replication.NoteBook} with
 * {@link strata.replication.NoteRounds}, {@link strata.replication.RestoreDrill}; then the ports
 * that tie them to a site: {@link strata.replication.LogSource} and
 * {@link strata.replication.ReplicaLedger} for what is sent, {@link strata.replication.ReplicaSink}
 * for what comes; then the work itself: {@code SenderSession} with {@code Offers}, {@code LogTail}
 * and {@code CatalogSweep} on one side, {@code ReceiverSession} and {@code FetchSession} on the
 * other; at the bottom {@code Frame}, {@code FrameWriter}, {@code FrameParser} and
 * {@code FrameChannel}.
 *
 * <h2>The log and the cursors</h2>
 *
 * <p>The segments are the log. A sender reads the durable records of all segments from its cursors
 * on, the oldest first. A cursor passes a record when nothing remains to be done for it: the site
 * verified it or, for a decision, knows it; it came from that site (so loops end at the origin); it
 * was purged or is not chosen; or it is parked. Verified placements and the cursors behind them go
 * to the catalog in one batch. A lost catalog therefore loses only knowledge: all is offered again,
 * and what is there is answered with HAVE, for a few hundred bytes an object. What has no record in
 * the log any more, since it was moved to another tier before, is found by a sweep over the
 * catalog.
 *
 * <p>Marks in the catalog (big-endian), for the configured name SITE:
 *
 * <pre>
 * replication/SITE/cursor/SEGMENT   1 layout 1 | 8 offset | 8 records before it | 16 id of the
 *                                   segment's first record, so that another segment that got the
 *                                   same number is not passed over
 * replication/SITE/identity         8 site id that answered under this name
 * replication/SITE/parked           1 layout 1 | n x (16 object id | 8 appended at, ms |
 *                                   2 length | reason in UTF-8)
 * replication/SITE/swept            1 present when a sweep found nothing more
 * </pre>
 *
 * <h2>Frames</h2>
 *
 * <p>Both directions of a connection are streams of frames; numbers are big-endian.
 *
 * <pre>
 * offset size what
 *      0    4 magic 53 54 52 50 ("STRP")
 *      4    1 version of the frame layout, 1
 *      5    1 kind, below
 *      6    2 zero
 *      8    4 length n of the payload, at most the kind's limit
 *     12    8 number of the frame in its direction, from 0
 *     20    4 CRC32C of the payload
 *     24    4 CRC32C of the bytes 0 to 23
 *     28    n payload
 * </pre>
 *
 * <p>The length is checked before anything is allocated for it. A wrong magic, version, checksum,
 * number or length closes the connection, and nothing of that frame is applied; frames before it
 * were whole and stand. The number finds frames that were repeated, lost, swapped or replayed.
 *
 * <pre>
 * kind          payload
 *  1 HELLO      4 protocol, 3 | 8 site id | 1 purpose: 1 send, 2 fetch, 3 compare |
 *               text site name
 *  2 WELCOME    4 protocol | 8 site id | 4 most objects in flight | 8 most bytes in flight |
 *               text site name
 *  3 REFUSE     4 protocol | text reason; the connection is closed behind it
 *  4 OFFER      id | 32 SHA-256 | 8 length | text SOP Instance UID or empty |
 *               4 length of the attributes | attributes of the record, at most 64 KiB
 *  5 WANT       id | 8 from which offset
 *  6 HAVE       id
 *  7 DATA       id | 8 offset | 0 to 256 KiB of the object
 *  8 END        id
 *  9 RECEIVED   id
 * 10 DURABLE    id
 * 11 VERIFIED   id | 32 SHA-256 as the receiver computed it
 * 12 FAILED     id | 4 code: 1 digest, 2 refused, 3 storage, 4 not found, 5 unreadable, 6 busy,
 *               7 purged | text reason
 * 13 FETCH      id | 32 SHA-256 | 8 from which offset | text SOP Instance UID or empty
 * 14 PING       nothing
 * 15 PONG       nothing
 * 16 DECIDED    id | 1 whether the digest is known | 32 SHA-256 of the version decided on |
 *               4 length | attributes of the decision's record, at most 4 KiB
 * 17 PACKED     id | 8 offset | 4 length of the bytes | the bytes compressed by zstd: a DATA
 * 18 RANGES     1 to 256 x (8 from | 8 to): ranges of studies, both ends inclusive
 * 19 DIGESTS    as many x (8 studies | 8 versions | 16 sum of their hashes modulo 2^128)
 * 20 LIST       8 from | 8 to
 * 21 STUDY      text Study Instance UID | 8 studies, 1 | 8 versions | 16 sum
 * 22 DETAIL     text Study Instance UID
 * 23 ENTRY      id | 32 SHA-256 | 8 length | text SOP Instance UID | 1 standing: 1 in sight,
 *               2 superseded, 3 deleted, 4 purged | 4 length | attributes of the record |
 *               1 whether there is a decision | id of the decision | 4 length | its attributes
 * 24 LISTED     8 how many frames of the list came
 * 25 CHECK      id | 32 SHA-256 | text SOP Instance UID or empty
 * 26 TELL       text book | 32 digest of the asking site's notes in it
 * 27 NOTE       text book | text key | 8 at, ms | 8 site id of its origin | 4 length, at most
 *               256 KiB | value
 * 28 NOTED      text why not all notes were taken, or empty
 *
 * id: 8 site | 8 sequence          text: 2 length, at most 512 | UTF-8
 * </pre>
 *
 * <h2>The exchange</h2>
 *
 * <pre>
 * sender                    receiver
 * HELLO (send)         ->
 *                      <-   WELCOME, or REFUSE: other protocol, or the sender's own site id
 * OFFER                ->
 *                      <-   HAVE, or WANT, or FAILED
 * DATA ... DATA END    ->   one object at a time, in the order of the WANTs; or FAILED in between
 *                      <-   RECEIVED   all bytes came
 *                      <-   DURABLE    its record is synced
 *                      <-   VERIFIED   and its SHA-256 is the offered one; or FAILED
 *
 * HELLO (fetch)        ->
 *                      <-   WELCOME or REFUSE
 * FETCH                ->
 *                      <-   DATA ... DATA END, or FAILED at any place
 *
 * DECIDED              ->   on a sending or a comparing connection
 *                      <-   HAVE   it is durable, or was known; or FAILED
 *
 * HELLO (compare)      ->
 *                      <-   WELCOME or REFUSE
 * RANGES               ->
 *                      <-   DIGESTS, of the moment of the first RANGES
 * LIST                 ->
 *                      <-   STUDY ... STUDY LISTED
 * DETAIL               ->
 *                      <-   ENTRY ... ENTRY LISTED, of now
 * CHECK                ->
 *                      <-   VERIFIED after reading all bytes, or FAILED
 * TELL                 ->
 *                      <-   NOTE ... NOTE LISTED, or NOTED when there is nothing to tell
 * NOTE ... NOTE LISTED ->
 *                      <-   NOTED
 * </pre>
 *
 * <p>Studies are ordered by the first eight bytes of the SHA-256 of their UIDs, as signed numbers.
 * The hash of a version is the first half of the SHA-256 of its SOP Instance UID, its digest, and a
 * byte that is 1 when it is superseded; what is deleted or purged does not count.
 *
 * <p>Offers run ahead of the data within the window of both sides. HAVE and VERIFIED are final, and
 * so is FAILED for this attempt: the sender tries again later, and parks an object that fails too
 * often. FAILED with code storage ends the connection, which is tried again after growing pauses.
 * HAVE, and FETCH, also find the same bytes under another object id of the same instance, as when
 * both sites received the same object. A decision may come ahead of its object, from a site that
 * does not know the digest yet; it is entered before the next offer is answered, and counts for the
 * bytes under another id once an offer of the object finds them there. A receiver keeps the bytes
 * of objects of a mebibyte and more in {@code Staging} until all have come, over cuts and restarts,
 * and asks from where they end; the digest of the whole decides. What is verified is never sent
 * again. PING is answered with PONG; a connection on which nothing comes for a minute is closed. A
 * second sending connection of a site takes the place of the first.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>VERIFIED and HAVE are said of copies in the site's own tiers only.
 *   <li>A cursor never passes an object whose verification is not recorded in the same batch.
 *   <li>Memory is bounded by the windows whatever the objects' sizes: a chunk on the sending side,
 *       {@code FrameChannel.HIGH_BYTES} on the receiving side, and then the socket pushes back.
 *   <li>A copy counts for a site as long as the same installation answers under its name; another
 *       one is refused until the index is rebuilt.
 *   <li>No object arrives over two connections at the same time.
 *   <li>A purge concerns the site that purges, and no other.
 * </ul>
 *
 * <h2>Notes</h2>
 *
 * <p>What sites are to agree on beside the objects (holds, releases, merges, rules, who purges, and
 * accounts by choice) are {@link strata.replication.Note}s in {@link strata.replication.NoteBook}s;
 * {@link strata.replication.NoteRounds} exchanges them over a comparing connection after every
 * change and once a minute, and so does every comparison. The digest of a book is the SHA-256 over
 * its notes in the order of their keys: 4 length of the key, 4 length of the value, 8 at, key,
 * value. Of two notes on a key the later counts, then the greater site id, unless the book says
 * otherwise. What is known changes nothing, so circles end.
 */
package strata.replication;
