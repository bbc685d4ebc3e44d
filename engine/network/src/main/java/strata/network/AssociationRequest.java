package strata.network;

import strata.base.AeTitle;
import strata.base.tls.PeerCertificate;
import strata.network.pdu.AssociateRq;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What an {@link AssociationPolicy} decides on.
 *
 * @param certificate that the peer has proved to be its own; empty without TLS
 */
public record AssociationRequest(
        AeTitle called,
        AeTitle calling,
        InetSocketAddress peer,
        AssociateRq pdu,
        Optional<PeerCertificate> certificate) {}
