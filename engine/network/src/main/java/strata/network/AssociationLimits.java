package strata.network;

import strata.network.pdu.PduLimits;

/**
 * What peers may ask of us, for all associations of a server or for one that we request.
 *
 * @param maxPduBytes largest P-DATA-TF length that we announce and accept, 16 KiB to 1 MiB
 * @param associations open at a time; more are rejected as "local limit exceeded"
 * @param associationsPerAe of one calling AE title at a time; more are rejected likewise
 * @param connections open at a time, with or without an association; more are closed at once
 * @param performedWindow operations that a peer may have outstanding, 0 for no limit
 * @param storesInFlight objects of one association received and waiting for completion; beyond it
 *     nothing more is read
 * @param operationsInFlight queries, retrieves and DIMSE-N of one association at a time; more get
 *     0213H
 * @param inboundBytes received and not yet taken by a service, per association; beyond it the
 *     socket is not read
 * @param outboundBytes not yet taken by the socket, per association; beyond it senders wait
 * @param identifierBytes longest identifier of a query or retrieve; beyond it an abort
 * @param minimumBytesPerSecond slowest pace within a message, over the time of
 *     {@link AssociationTimeouts#rateWindow()}
 */
public record AssociationLimits(
        int maxPduBytes,
        int associations,
        int associationsPerAe,
        int connections,
        int performedWindow,
        int storesInFlight,
        int operationsInFlight,
        int inboundBytes,
        int outboundBytes,
        int identifierBytes,
        int minimumBytesPerSecond) {
    public static final AssociationLimits DEFAULTS = new AssociationLimits(
            PduLimits.DEFAULT_MAX_LENGTH,
            500,
            100,
            4096,
            0,
            16,
            4,
            512 * 1024,
            512 * 1024,
            1 << 20,
            1024);

    public AssociationLimits {
        if (maxPduBytes < PduLimits.MIN_MAX_LENGTH || maxPduBytes > PduLimits.MAX_MAX_LENGTH) {
            throw new IllegalArgumentException("maximum PDU length of " + maxPduBytes);
        }
        if (associations < 1
                || associationsPerAe < 1
                || connections < 1
                || performedWindow < 0
                || performedWindow > 0xffff
                || storesInFlight < 1
                || operationsInFlight < 1
                || inboundBytes < 1
                || outboundBytes < 1
                || identifierBytes < 1
                || minimumBytesPerSecond < 0) {
            throw new IllegalArgumentException("a limit that lets nothing through");
        }
    }

    public AssociationLimits withMaxPduBytes(int bytes) {
        return new AssociationLimits(
                bytes,
                associations,
                associationsPerAe,
                connections,
                performedWindow,
                storesInFlight,
                operationsInFlight,
                inboundBytes,
                outboundBytes,
                identifierBytes,
                minimumBytesPerSecond);
    }

    public AssociationLimits withAssociations(int total, int perAe, int openConnections) {
        return new AssociationLimits(
                maxPduBytes,
                total,
                perAe,
                openConnections,
                performedWindow,
                storesInFlight,
                operationsInFlight,
                inboundBytes,
                outboundBytes,
                identifierBytes,
                minimumBytesPerSecond);
    }

    public AssociationLimits withWindow(int performed, int stores, int operations) {
        return new AssociationLimits(
                maxPduBytes,
                associations,
                associationsPerAe,
                connections,
                performed,
                stores,
                operations,
                inboundBytes,
                outboundBytes,
                identifierBytes,
                minimumBytesPerSecond);
    }

    public AssociationLimits withBuffers(int inbound, int outbound) {
        return new AssociationLimits(
                maxPduBytes,
                associations,
                associationsPerAe,
                connections,
                performedWindow,
                storesInFlight,
                operationsInFlight,
                inbound,
                outbound,
                identifierBytes,
                minimumBytesPerSecond);
    }
}
