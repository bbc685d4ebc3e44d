/**
 * DICOM network: associations of PS3.8, the composite and the normalized services of PS3.7 over
 * Netty, as acceptor and as requestor. Knows what messages are, not what they are for: storing,
 * querying and retrieving are services that others implement.
 *
 * <p>Reading order. For callers: {@link strata.network.DimseServer} with
 * {@link strata.network.ServerOptions}, {@link strata.network.AssociationPolicy},
 * {@link strata.network.DimseServices}; {@link strata.network.DimseClient} with
 * {@link strata.network.RequestOptions}, {@link strata.network.Association};
 * {@link strata.network.TlsListener} and {@link strata.network.TlsPeer} for TLS below them. Inside:
 * {@code Session}, then what it joins: {@link strata.network.upper.UpperLayer},
 * {@code InboundQueue}, {@code MessageReader}, {@code Requests} with {@code StoreTransfer} and
 * {@code ServedOperation}, {@code MessageWriter}, {@code Invocations}, {@code Watchdog}.
 *
 * <p>The way of a byte in: event loop (finds PDUs, PS3.8 state machine) - queue of the association,
 * which stops the reading of its socket when it is full - a worker (joins messages, calls services)
 * - for queries, retrieves and completions of pipelined stores a thread of their own. The way out:
 * a worker or the caller's thread, which waits while the socket is full; data goes to the socket
 * from the {@link strata.network.DataBuffer} that it was read into, headers beside it, in one
 * gathering write of a {@code PduBatch}. The answer to an object that we sent is the one message
 * that the event loop sees to itself: it only wakes the sender.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>An event loop never blocks; a worker is held only while there is something to do.
 *   <li>A data set of C-STORE is never gathered: its fragments go to the sink as they came.
 *   <li>What one association holds in memory is bounded by
 *       {@link strata.network.AssociationLimits}.
 *   <li>Every sink that was begun is completed or aborted, every buffer released, however the
 *       association ends; the first reason for the end is the one that is reported.
 *   <li>The fragments of two messages are never mingled.
 *   <li>Time during which we do not read is never held against the peer.
 * </ul>
 */
package strata.network;
