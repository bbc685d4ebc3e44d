package strata.frontdoor;

import strata.catalog.MatchOptions;
import strata.network.pdu.ExtendedNegotiation;

import java.util.Optional;

/**
 * SOP class extended negotiation of query and retrieve, PS3.4 C.5.1.1 and C.5.2.1: which of the
 * bytes that a peer proposes are agreed to, and what they mean.
 *
 * <table>
 * <caption>Bytes of a query class; those beyond are not answered</caption>
 * <tr><th>byte</th><th>about</th><th>agreed</th></tr>
 * <tr><td>1</td><td>relational queries</td><td>yes</td></tr>
 * <tr><td>2</td><td>combined date-time matching</td><td>yes</td></tr>
 * <tr><td>3</td><td>fuzzy matching of person names; 2 and more mean further variants</td>
 *     <td>1</td></tr>
 * <tr><td>4</td><td>timezone query adjustment</td><td>yes</td></tr>
 * <tr><td>5</td><td>enhanced multi-frame image conversion</td><td>no</td></tr>
 * <tr><td>6</td><td>empty value matching</td><td>yes</td></tr>
 * <tr><td>7</td><td>multiple value matching</td><td>yes</td></tr>
 * </table>
 *
 * <p>Of the retrieve classes only byte 1, relational retrieval, is agreed.
 */
final class QueryNegotiation {
    private static final byte[] QUERY = {1, 1, 1, 1, 0, 1, 1};
    private static final byte[] RETRIEVE = {1, 0};

    private QueryNegotiation() {}

    /** The answer to a proposal; empty for a class that is neither. */
    static Optional<ExtendedNegotiation> answer(ExtendedNegotiation proposed) {
        Optional<Models.Model> model = Models.of(proposed.sopClass());
        byte[] asked = proposed.information();
        if (model.isEmpty() || asked.length == 0) {
            return Optional.empty();
        }
        byte[] supported = model.get().kind() == Models.Kind.FIND ? QUERY : RETRIEVE;
        byte[] agreed = new byte[Math.min(asked.length, supported.length)];
        for (int i = 0; i < agreed.length; i++) {
            agreed[i] = asked[i] != 0 ? supported[i] : 0;
        }
        return Optional.of(new ExtendedNegotiation(proposed.sopClass(), agreed));
    }

    /** What the agreed information of a query class grants. */
    static MatchOptions options(Optional<byte[]> agreed) {
        return new MatchOptions(is(agreed, 1), is(agreed, 2), is(agreed, 5), is(agreed, 3));
    }

    private static boolean is(Optional<byte[]> agreed, int index) {
        return agreed.filter(bytes -> bytes.length > index && bytes[index] != 0).isPresent();
    }
}
