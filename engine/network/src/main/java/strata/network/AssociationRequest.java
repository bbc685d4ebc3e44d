package strata.network;

import strata.base.AeTitle;
import strata.network.pdu.AssociateRq;

import java.net.InetSocketAddress;

/** What an {@link AssociationPolicy} decides on. */
public record AssociationRequest(
        AeTitle called, AeTitle calling, InetSocketAddress peer, AssociateRq pdu) {}
