/**
 * The PDUs of PS3.8 9.3 on the wire: framing, decoding, encoding. Knows no state and no threads.
 *
 * <p>Reading order: {@link strata.network.pdu.PduLimits}, {@link strata.network.pdu.Pdu} and its
 * records, {@link strata.network.pdu.PduFramer}, {@link strata.network.pdu.PduEncoder}.
 *
 * <p>All numbers are big-endian.
 *
 * <pre>
 * PDU            0     type: 1 A-ASSOCIATE-RQ, 2 -AC, 3 -RJ, 4 P-DATA-TF, 5 A-RELEASE-RQ, 6 -RP,
 *                      7 A-ABORT
 *                1     reserved
 *                2-5   length of what follows
 * P-DATA-TF      6-    one or more PDVs
 * PDV            0-3   length of what follows, 2 at least
 *                4     presentation context id
 *                5     bit 0: command, else data set; bit 1: last fragment
 *                6-    fragment
 * A-ASSOCIATE    6-7   protocol version, bit 0 for version 1
 *                8-9   reserved
 *                10-25 called AE title, space padded
 *                26-41 calling AE title
 *                42-73 reserved
 *                74-   items
 * item           0     type
 *                1     reserved
 *                2-3   length of what follows
 *                4-    content; types in ItemType
 * A-ASSOCIATE-RJ 7 result, 8 source, 9 reason
 * A-ABORT        8 source, 9 reason
 * </pre>
 *
 * <p>Invariants: a length is checked against its limit and its parent before anything is allocated;
 * bytes from a peer raise {@link strata.network.pdu.PduException} and nothing else; a P-DATA-TF is
 * never gathered.
 */
package strata.network.pdu;
