/**
 * Segment files: the hot tier's truth. Records of whole objects are appended to files, many writers
 * at once; a record is stored when a sync covered it. Segments know bytes, not DICOM.
 *
 * <p>Reading order: {@link strata.segment.SegmentLog}, {@link strata.segment.RecordWriter} and
 * {@link strata.segment.Commit}, {@link strata.segment.RecordReader},
 * {@link strata.segment.RecordVisitor}, {@link strata.segment.SegmentInfo},
 * {@link strata.segment.RecordList}; inside: {@code Lane} (where records are appended),
 * {@code GroupSync} (who syncs for whom), {@code WholeRecord} (a record by one read),
 * {@code SealSegment}, {@code RecoverSegment}, {@code RecordCopier} (for compaction),
 * {@code SegmentLedger} and {@code DeleteSegment}, {@code SegmentFormat} and {@code RawHeader} (the
 * bytes).
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A record is acknowledged only after a data sync of its file that began when the whole
 *       record was written, and after the directory was synced that names the file.
 *   <li>Durability is a prefix: if a record is durable, so is every record before it in its file.
 *   <li>After a failed sync of a file there is no second one, and no write.
 *   <li>Only durable records can be read, scanned or copied; every byte read is checked.
 *   <li>A segment's number is never used for two files that held records, nor is an object sequence
 *       lower than one seen before handed on after a start, also if the segments in question were
 *       deleted.
 * </ul>
 *
 * <h2>Format, version 1</h2>
 *
 * <p>A directory holds files {@code segment-NNNNNNNNNNNNNNNN.seg}, where N are 16 lower-case hex
 * digits of the segment's number, from 1, and beside a retired segment
 * {@code segment-NNNNNNNNNNNNNNNN.retired}, and once a segment was deleted a ledger.
 * {@code strata-site}, which whoever opens the log may put there, tells the medium: appends stop
 * while it cannot be seen. {@code probe} is a trial write that was left. All numbers are
 * big-endian; CRC is CRC32C (RFC 3720 B.4). There are no options: what a version fixes is fixed.
 *
 * <pre>
 * file header, one page at offset 0; the place of magic, kind, version and CRC stays for all versions
 *      0   8  magic "StraSeg0"
 *      8   4  kind: 1 segment, 2 marker of a retired segment, 3 ledger
 *     12   4  version: 1
 *     16   8  the segment's own number
 *     24   8  stamp: a random number that all records of this file bear
 *     32   8  kind 1: time of creation, milliseconds since 1970; kind 2: the durable end
 *     40   8  kind 1: no record of this file is longer than this; 0 if there is no bound
 *     48      zeros
 *   4092   4  CRC of bytes 0 to 4091
 * </pre>
 *
 * <p>Records follow from offset 4096 without gaps. Each begins at a multiple of 8.
 *
 * <pre>
 * record
 *      0   4  magic "Srec"
 *      4   2  version: 1
 *      6   2  kind: 1 object, 2 tombstone, 3 footer, 4 padding, 5 void
 *      8  16  object id: site, sequence
 *     24   8  B, length of the body in bytes
 *     32   8  time of first append, milliseconds since 1970
 *     40   4  A, length of the attributes in bytes, up to 65536
 *     44   4  CRC of attributes, block table and padding
 *     48   8  stamp of the file
 *     56   8  offset of this record in the file
 *     64   8  durable end: all bytes of the file below this offset were durable before this header
 *             was written
 *     72  32  SHA-256 of the body
 *    104  20  zeros
 *    124   4  CRC of bytes 0 to 123
 *    128   B  body
 *          A  attributes, opaque
 *       4 * n block table: CRC of each 65536 bytes of the body, the last may be shorter
 *             zeros up to a multiple of 8
 * </pre>
 *
 * <p>The header of a streamed record is written last. Where a header of 128 zeros stands in a file
 * that is not sealed, its log ends, unless a sound header of the same stamp follows behind; in a
 * file with a bound for its records, unless one follows within 8 such lengths (at least 4 MiB) of
 * zeros.
 *
 * <p>A <i>padding</i> fills a page up, so that the next record begins at a page and whole pages are
 * written past the page cache: it has no body, and attributes that are all zero.
 *
 * <p>A <i>void</i> covers a range that recovery hid: its body reaches to the next record, has no
 * attributes, table or padding, and is not checked. The <i>footer</i> is the last record of a
 * sealed segment. Its body is the index, one entry for each object and tombstone:
 *
 * <pre>
 * index entry
 *      0   8  offset of the record
 *      8  16  object id
 *     24   8  length of the body
 *     32   4  kind
 *     36   4  zeros
 * </pre>
 *
 * <p>Behind the footer record stands the tail, which ends with the file. It is written after the
 * footer record was synced, so a sound tail vouches for the footer:
 *
 * <pre>
 * tail
 *      0 16*s for each of s sites its id and the highest sequence in this segment
 *  then, counted from the end of the file less 64:
 *      0   4  magic "SEND"
 *      4   4  version: 1
 *      8   8  the segment's own number
 *     16   8  stamp of the file
 *     24   8  offset of the footer record
 *     32   8  sum of the body lengths of objects and tombstones
 *     40   4  number of objects and tombstones
 *     44   4  s, up to 128
 *     48  12  zeros
 *     60   4  CRC of the whole tail but these 4 bytes
 * </pre>
 *
 * <p>The ledger {@code segments.ledger} says which segments were deleted last. It is replaced as a
 * whole before any of them is unlinked, and holds the same page twice; the first sound one counts.
 *
 * <pre>
 * ledger page
 *      0  16  magic, kind 3, version as in a file header
 *     16   8  highest number of a segment when the page was written
 *     32   4  s, number of sites
 *     36   4  n, number of deleted segments
 *     40 16*s for each site its id and the highest sequence in deleted segments
 *         8*n numbers of deleted segments, in the order of their deletion; the oldest are left out
 *             when there is no room
 *   4092   4  CRC of bytes 0 to 4091
 * </pre>
 *
 * <h2>Start</h2>
 *
 * <p>A file that the ledger names as deleted is removed again, whatever is in it: a crash brought
 * it back, or came before it went.
 *
 * <p>A file with a sound tail is sealed and taken as it is. A file with a marker is read up to the
 * marker's durable end. Any other is walked by its headers, read from the medium where the disk can
 * do that. The highest durable end that a sound header names is the last point known as durable:
 * before it, what is not a record is damage, is reported and left alone. Behind it bodies are
 * checked against their CRCs and SHA-256; what is not whole is torn: cut off at the end, made a
 * void where whole records follow. Then the segment is sealed; appends always go to new ones.
 */
package strata.segment;
