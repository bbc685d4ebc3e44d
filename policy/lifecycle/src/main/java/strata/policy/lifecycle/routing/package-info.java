/**
 * What rules route: instances are sent once to the peers that a rule names.
 *
 * <p>Reading order: {@link strata.policy.lifecycle.routing.RouteBook} (what a peer has got, the
 * fact that plans are made from), {@link strata.policy.lifecycle.routing.RouteQueue} (what waits to
 * be sent), {@code RouteLane} (one peer's part of it, with a thread of its own),
 * {@link strata.policy.lifecycle.routing.SendStudy} (one attempt) and its ports.
 *
 * <p>Invariants: what a peer took is in the book, synced, before more of the study is sent, so that
 * a crash sends again one batch at most; one peer's trouble holds up no other's; an instance does
 * not go to the peer that sent it here; the queue is derived, since what is not in the book is
 * planned again; what is parked stays so over a restart.
 *
 * <h2>The file routed</h2>
 *
 * A {@link strata.base.LineLog} of kind {@code routed}: of each study and peer the last line of
 * each sort counts.
 *
 * <table>
 * <caption>Lines; a tab between fields</caption>
 * <tr><td>{@code STUDY PEER INSTANCES MILLIS IDS}</td><td>the peer has the versions IDS. When it
 * last had all that it was to get, the study had so many current instances, the latest received at
 * MILLIS; 0 and 0 when it never had</td></tr>
 * <tr><td>{@code parked STUDY PEER MILLIS TRIES LEFT TROUBLE}</td><td>asked for at MILLIS, refused
 * TRIES times; the peer had not taken LEFT instances</td></tr>
 * <tr><td>{@code released STUDY PEER}</td><td>it is not parked any more</td></tr>
 * <tr><td>{@code purged STUDY...}</td><td>everything of these studies was purged: the lines before
 * that are about them do not count</td></tr>
 * </table>
 *
 * <p>IDS: for each site that first received some {@code SITE:RUNS;}, runs of sequence numbers as
 * {@code GAP} or {@code GAP*LENGTH} with commas between them, in base 36, each gap from the end of
 * the run before, the first from 0; a length of 1 is left out.
 */
package strata.policy.lifecycle.routing;
