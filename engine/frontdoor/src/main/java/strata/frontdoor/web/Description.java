package strata.frontdoor.web;

import strata.network.http.ResponseStream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes an instance, but for where it is: its URL is missing in some places.
 *
 * <table>
 *   <caption>Bytes, big-endian</caption>
 *   <tr><th>bytes</th><th>content</th></tr>
 *   <tr><td>0-3</td><td>how many places, n</td></tr>
 *   <tr><td>4n</td><td>before which byte of the text the URL belongs, in order</td></tr>
 *   <tr><td>the rest</td><td>the text, UTF-8</td></tr>
 * </table>
 *
 * @param encoded from position to limit; not changed
 */
record Description(ByteBuffer encoded) {
    /** @param url what stands in the text for the URL of the instance, and nowhere else */
    static Description of(String text, String url) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        int length = 0;
        for (int at = text.indexOf(url); at >= 0; at = text.indexOf(url, from)) {
            pieces.add(text.substring(from, at).getBytes(StandardCharsets.UTF_8));
            from = at + url.length();
        }
        byte[] last = text.substring(from).getBytes(StandardCharsets.UTF_8);
        for (byte[] piece : pieces) {
            length += piece.length + Integer.BYTES;
        }
        ByteBuffer encoded = ByteBuffer.allocate(Integer.BYTES + length + last.length);
        encoded.putInt(pieces.size());
        int place = 0;
        for (byte[] piece : pieces) {
            place += piece.length;
            encoded.putInt(place);
        }
        pieces.forEach(encoded::put);
        return new Description(encoded.put(last).flip());
    }

    Description copy() {
        return new Description(ByteBuffer.wrap(bytes()));
    }

    byte[] bytes() {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(encoded.position(), bytes);
        return bytes;
    }

    void write(String url, ResponseStream to) throws IOException {
        ByteBuffer rest = encoded.duplicate();
        int places = rest.getInt();
        int table = rest.position();
        int text = table + places * Integer.BYTES;
        byte[] where = places == 0 ? null : url.getBytes(StandardCharsets.US_ASCII);
        rest.position(text);
        for (int i = 0; i < places; i++) {
            int place = encoded.getInt(table + i * Integer.BYTES);
            to.write(rest.limit(text + place));
            to.write(ByteBuffer.wrap(where));
        }
        to.write(rest.limit(encoded.limit()));
    }
}
