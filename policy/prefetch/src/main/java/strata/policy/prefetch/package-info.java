/**
 * Earlier studies of expected patients come back to the hot tier before they are asked for.
 *
 * <p>Reading order: {@link strata.policy.prefetch.Appointment} (who is expected for what),
 * {@link strata.policy.prefetch.AppointmentBook} (all of them, durable),
 * {@link strata.policy.prefetch.ActOnMessages} and {@link strata.policy.prefetch.QueryWorklist}
 * (where they come from: HL7 messages, and a modality worklist), {@code ChoosePriors} (which
 * studies by which rule; pure), {@link strata.policy.prefetch.Prefetch} (asks for them and takes
 * back), {@link strata.policy.prefetch.Recalls} (the way to the one queue).
 *
 * <h2>The file appointments</h2>
 *
 * A {@link strata.base.LineLog} of kind {@code appointments}; a tab between fields. It may be lost:
 * its loss makes patients wait for their priors, and nothing else.
 *
 * <table>
 * <caption>Lines</caption>
 * <tr><td>{@code expected KEY ID ISSUER MODALITY BODYPARTS AT KNOWN}</td><td>an examination; body parts
 * with backslashes between them, times in milliseconds since 1970, what is not known empty</td></tr>
 * <tr><td>{@code ended KEY}</td><td>it is over, or will not be</td></tr>
 * </table>
 *
 * <p>Invariants: a message is answered after its line is durable; what is asked for is bounded by
 * the rules ({@code most}) and by what is due within the time ahead; a prior for which two are
 * expected is taken back only when both were called off; no line of the log names a patient.
 */
package strata.policy.prefetch;
