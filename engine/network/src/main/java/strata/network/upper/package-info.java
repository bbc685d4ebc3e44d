/**
 * The upper layer protocol machine of PS3.8 9.2: states, events and actions under their names, the
 * table that joins them, and the handler that performs them on a Netty channel.
 *
 * <p>Reading order: {@link strata.network.upper.State}, {@link strata.network.upper.Event},
 * {@link strata.network.upper.Action}, {@link strata.network.upper.StateTable},
 * {@link strata.network.upper.UpperLayer}, {@link strata.network.upper.UpperLayerUser}.
 *
 * <p>Invariants: the state changes on the event loop only, and only as the table says; ARTIM runs
 * whenever the machine waits in Sta2 or Sta13, so that no connection stays there.
 */
package strata.network.upper;
