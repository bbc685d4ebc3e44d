/**
 * The HL7 v2 door: MLLP listener, reader, and answers. What a message asks for goes to a port,
 * {@link strata.hl7.Hl7Receiver}, as a {@link strata.hl7.Hl7Event}; the answer is AA only after the
 * port returned, that is after the effect is durable.
 *
 * <p>Reading order: {@link strata.hl7.MllpServer}, {@code MllpConnection}, {@code MllpFramer} (the
 * frame), {@link strata.hl7.AnswerMessages} (a message to its answer), {@code ReadMessage} (bytes
 * to segments, within {@link strata.hl7.Hl7Limits}), {@code ReadEvents} (segments to events),
 * {@code Acknowledgment}.
 *
 * <table>
 * <caption>The frame, HL7 Implementation Guide appendix C</caption>
 * <tr><td>0BH</td><td>start; anything but line ends before it ends the connection</td></tr>
 * <tr><td>message</td><td>at most {@code messageBytes}; segments end with 0DH, 0AH or both</td></tr>
 * <tr><td>1CH 0DH</td><td>end; the 0DH may be missing</td></tr>
 * </table>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>the HL7 library sees one segment at a time, of bounded length and count of fields, and only
 *       segments that are acted on;
 *   <li>a connection holds at most one message and what one round of reading brought;
 *   <li>no value of a message is in a log line, a metric, an exception or an ERR segment.
 * </ul>
 */
package strata.hl7;
