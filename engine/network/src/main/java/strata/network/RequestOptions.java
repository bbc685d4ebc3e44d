package strata.network;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.network.pdu.AsyncWindow;
import strata.network.pdu.CommonExtendedNegotiation;
import strata.network.pdu.ExtendedNegotiation;
import strata.network.pdu.PduLimits;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.RoleSelection;
import strata.network.pdu.UserIdentity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An association to be requested.
 *
 * @param contexts at most 128; see {@link #propose}
 * @param roles SCP roles that we want for C-GET, by SOP class
 * @param tls how the peer proves itself; empty: plain TCP
 * @param window operations to have outstanding; {@link AsyncWindow#SYNCHRONOUS} proposes none
 */
public record RequestOptions(
        String host,
        int port,
        AeTitle calling,
        AeTitle called,
        List<ProposedContext> contexts,
        List<RoleSelection> roles,
        AsyncWindow window,
        List<ExtendedNegotiation> extended,
        List<CommonExtendedNegotiation> commonExtended,
        Optional<UserIdentity> identity,
        AssociationLimits limits,
        AssociationTimeouts timeouts,
        Optional<TlsPeer> tls) {
    public RequestOptions {
        contexts = List.copyOf(contexts);
        roles = List.copyOf(roles);
        extended = List.copyOf(extended);
        commonExtended = List.copyOf(commonExtended);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port);
        }
        if (contexts.size() > PduLimits.MAX_CONTEXTS) {
            throw new IllegalArgumentException(contexts.size() + " presentation contexts");
        }
    }

    /** A request without contexts yet. */
    public static RequestOptions of(String host, int port, AeTitle calling, AeTitle called) {
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                List.of(),
                List.of(),
                AsyncWindow.SYNCHRONOUS,
                List.of(),
                List.of(),
                Optional.empty(),
                AssociationLimits.DEFAULTS,
                AssociationTimeouts.DEFAULTS,
                Optional.empty());
    }

    /** Adds one presentation context with the next free id. */
    public RequestOptions propose(Uid abstractSyntax, List<Uid> transferSyntaxes) {
        List<ProposedContext> more = new ArrayList<>(contexts);
        int id = 2 * contexts.size() + 1;
        if (id > 255) {
            throw new IllegalArgumentException(
                    "more than " + PduLimits.MAX_CONTEXTS + " presentation contexts");
        }
        more.add(new ProposedContext(id, abstractSyntax, transferSyntaxes));
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                more,
                roles,
                window,
                extended,
                commonExtended,
                identity,
                limits,
                timeouts,
                tls);
    }

    /** Adds the wish to be SCP of a SOP class, as a C-GET needs for what it retrieves. */
    public RequestOptions asScp(Uid sopClass) {
        List<RoleSelection> more = new ArrayList<>(roles);
        more.add(new RoleSelection(sopClass, false, true));
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                contexts,
                more,
                window,
                extended,
                commonExtended,
                identity,
                limits,
                timeouts,
                tls);
    }

    /** Proposes a window; 0 means no limit. */
    public RequestOptions withWindow(int invoked, int performed) {
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                contexts,
                roles,
                new AsyncWindow(invoked, performed),
                extended,
                commonExtended,
                identity,
                limits,
                timeouts,
                tls);
    }

    public RequestOptions withExtended(ExtendedNegotiation negotiation) {
        List<ExtendedNegotiation> more = new ArrayList<>(extended);
        more.add(negotiation);
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                contexts,
                roles,
                window,
                more,
                commonExtended,
                identity,
                limits,
                timeouts,
                tls);
    }

    public RequestOptions withLimits(AssociationLimits other) {
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                contexts,
                roles,
                window,
                extended,
                commonExtended,
                identity,
                other,
                timeouts,
                tls);
    }

    public RequestOptions withTimeouts(AssociationTimeouts other) {
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                contexts,
                roles,
                window,
                extended,
                commonExtended,
                identity,
                limits,
                other,
                tls);
    }

    /** Over TLS with mutual authentication. */
    public RequestOptions withTls(TlsPeer peer) {
        return new RequestOptions(
                host,
                port,
                calling,
                called,
                contexts,
                roles,
                window,
                extended,
                commonExtended,
                identity,
                limits,
                timeouts,
                Optional.of(peer));
    }
}
