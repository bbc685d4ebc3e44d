/**
 * What the DICOM door answers: the DIMSE services of PS3.4 mapped onto store and catalog.
 *
 * <p>Reading order: {@link strata.frontdoor.Peers} and {@link strata.frontdoor.PeerPolicy} (who may
 * do what), {@link strata.frontdoor.Models} (the SOP classes of query and retrieve),
 * {@link strata.frontdoor.StoreDoor}, {@link strata.frontdoor.FindDoor} with
 * {@code QueryNegotiation} and {@link strata.frontdoor.QueryPolicy},
 * {@link strata.frontdoor.RetrieveDoor} with {@link strata.frontdoor.Selection} (what an identifier
 * asks for), {@link strata.frontdoor.RunRetrieve} (the sending, over a {@code Lane} or several),
 * {@link strata.frontdoor.ReadAhead} (what is read while others are on the wire) and
 * {@link strata.frontdoor.InstanceSource} (in which bytes it goes out, and with
 * {@code strata.frontdoor.identity} under which patient), {@code AwaitRecall} (what has to be
 * brought back first); {@link strata.frontdoor.ForwardInstances} (the same sending, because rules
 * say so).
 *
 * <p>Invariants: success of a C-STORE means durable; an instance goes out in its stored bytes, or
 * re-encoded without loss, or for who asks for it under the current identity, or fails alone; no
 * byte goes out before its block was verified; memory is bounded whatever the study's size.
 */
package strata.frontdoor;
