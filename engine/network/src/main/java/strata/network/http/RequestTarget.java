package strata.network.http;

import strata.base.Printable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target (RFC 9112 3.2), taken apart and decoded: the path's segments and the query.
 *
 * <p>Refused with 400: anything that a later reader of the path could take for another path, namely
 * segments that are empty inside the path, {@code .} or {@code ..}, or that hold a slash, backslash
 * or control character after decoding; broken escapes; text that is not UTF-8.
 */
record RequestTarget(String path, List<String> segments, Map<String, List<String>> query) {
    static final int MAX_SEGMENTS = 64;
    static final int MAX_PARAMETERS = 512;

    static RequestTarget parse(String target) throws HttpException {
        String rest = target;
        if (rest.startsWith("http://") || rest.startsWith("https://")) {
            int slash = rest.indexOf('/', rest.indexOf("//") + 2);
            rest = slash < 0 ? "/" : rest.substring(slash);
        }
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c <= 0x20 || c >= 0x7f || c == '#') {
                throw bad(target);
            }
        }
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        String query = question < 0 ? "" : rest.substring(question + 1);
        if (!path.startsWith("/")) {
            throw bad(target);
        }
        return new RequestTarget(path, segments(path), parameters(query));
    }

    private static List<String> segments(String path) throws HttpException {
        List<String> segments = new ArrayList<>();
        String[] raw = path.substring(1).split("/", -1);
        if (raw.length > MAX_SEGMENTS) {
            throw bad(path);
        }
        for (int i = 0; i < raw.length; i++) {
            String segment = decode(raw[i], false);
            boolean last = i == raw.length - 1;
            if (segment.isEmpty() && !last || segment.equals(".") || segment.equals("..")) {
                throw bad(path);
            }
            for (int j = 0; j < segment.length(); j++) {
                char c = segment.charAt(j);
                if (c == '/' || c == '\\' || Character.isISOControl(c)) {
                    throw bad(path);
                }
            }
            segments.add(segment);
        }
        return List.copyOf(segments);
    }

    private static Map<String, List<String>> parameters(String query) throws HttpException {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return parameters;
        }
        String[] pairs = query.split("&", -1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new HttpException(400, "more than " + MAX_PARAMETERS + " query parameters");
        }
        for (String pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    /** Takes off percent escapes, and in a query plus signs. */
    private static String decode(String text, boolean plusIsSpace) throws HttpException {
        if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw new HttpException(400, "a percent escape in the URL is broken");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put((byte) (plusIsSpace && c == '+' ? ' ' : c));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new HttpException(400, "the URL is not UTF-8", e);
        }
    }

    private static HttpException bad(String where) {
        int question = where.indexOf('?');
        String path = question < 0 ? where : where.substring(0, question);
        return new HttpException(400, "not a path of this server: " + Printable.of(path));
    }
}
