package strata.server.configuration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.function.Function;

/**
 * Hosts from which a peer may connect: an address, a network in CIDR notation, or a name, whose
 * addresses somebody else knows.
 *
 * @param prefixBits length of the network part, -1 for a single host
 */
public record HostPattern(String host, int prefixBits) {
    private static final String LITERAL =
            "[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*";

    public HostPattern {
        host = Endpoint.checkedHost(host);
        if (prefixBits >= 0) {
            int bits = host.matches(LITERAL) ? addressOf(host).getAddress().length * 8 : -1;
            if (prefixBits > bits) {
                throw new IllegalArgumentException("expected a network such as 10.1.0.0/16");
            }
        } else if (host.matches(LITERAL)) {
            addressOf(host);
        }
    }

    static HostPattern parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new HostPattern(text, -1);
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("expected a network such as 10.1.0.0/16");
        }
        return new HostPattern(text.substring(0, slash), Integer.parseInt(bits));
    }

    /**
     * Whether a connection from the address is allowed. Does not block if {@code named} does not.
     *
     * @param named the addresses of a name, empty when they are not known
     */
    public boolean matches(InetAddress address, Function<String, Set<InetAddress>> named) {
        if (prefixBits >= 0) {
            byte[] network = addressOf(host).getAddress();
            byte[] other = address.getAddress();
            return network.length == other.length && samePrefix(network, other);
        }
        return isName() ? named.apply(host).contains(address) : addressOf(host).equals(address);
    }

    /** Whether it has to be looked up. */
    public boolean isName() {
        return !host.matches(LITERAL);
    }

    private boolean samePrefix(byte[] network, byte[] other) {
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((network[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Of a literal, so that nothing is looked up. */
    private static InetAddress addressOf(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address", e);
        }
    }

    @Override
    public String toString() {
        return prefixBits < 0 ? host : host + "/" + prefixBits;
    }
}
