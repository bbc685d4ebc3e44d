/**
 * Instance Availability Notification as user, PS3.4 annex R: configured application entities hear
 * when objects of a study become available, change their tier, or go.
 *
 * <p>Reading order: {@link strata.frontdoor.availability.AvailabilityNotifier}, {@code Subscriber}
 * (what one application entity is still to hear), {@code WaitingFile} and {@code WaitingStudies}
 * (what of that is kept over a stop), {@code StudyNotification} (the data set).
 *
 * <p>Invariants: whoever changes the catalog only leaves the UID of the study, in bounded memory;
 * what is said is looked up when it is sent, so that many changes of a study are one notification.
 * What waits is written to a file within seconds and told after the next start; a crash may lose
 * the last seconds, since a notification is a hint and the query is the truth.
 *
 * <table>
 *   <caption>The file {@code notifications}, version 1; big-endian, replaced whole</caption>
 *   <tr><th>bytes</th><th>content</th></tr>
 *   <tr><td>0-7</td><td>magic {@code STRANOTI}</td></tr>
 *   <tr><td>8-11</td><td>version; a newer one is refused</td></tr>
 *   <tr><td>12-15</td><td>how many application entities</td></tr>
 *   <tr><td>for each</td><td>AE title: length in a byte, ASCII; how many studies, 4 bytes</td></tr>
 *   <tr><td>for each study</td><td>Study Instance UID likewise; since when it waits, milliseconds
 *       since 1970, 8 bytes</td></tr>
 *   <tr><td>last 4</td><td>CRC32C of the bytes before</td></tr>
 * </table>
 */
package strata.frontdoor.availability;
