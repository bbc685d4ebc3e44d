package strata.network.http;

import strata.base.Digest;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the bytes of a representation, RFC 9110 8.8.3. Equal strong tags mean equal bytes; a weak
 * one says that the meaning is the same, as after a content coding.
 *
 * @param opaque without its quotes: visible ASCII but no quote
 */
public record EntityTag(String opaque, boolean weak) {
    private static final Pattern OPAQUE = Pattern.compile("[\\x21\\x23-\\x7e]{0,256}");
    private static final Pattern LISTED = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7e]*)\"");

    /** Longest field that is looked at; beyond it the request is answered as without the field. */
    private static final int MAX_FIELD_CHARS = 8 * 1024;

    public EntityTag {
        if (!OPAQUE.matcher(opaque).matches()) {
            throw new IllegalArgumentException("not an entity tag");
        }
    }

    public static EntityTag strong(String opaque) {
        return new EntityTag(opaque, false);
    }

    public static EntityTag weak(String opaque) {
        return new EntityTag(opaque, true);
    }

    /** For bytes that are what the digest says. */
    public static EntityTag of(Digest digest) {
        return strong(digest.toString());
    }

    /** The field value. */
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    /**
     * Whether the peer has this representation already, by If-None-Match in its weak comparison;
     * the answer is then {@link #notModified}.
     */
    public boolean isKnownTo(Request request) {
        for (String field : request.headers("If-None-Match")) {
            if (field.strip().equals("*") || lists(field)) {
                return true;
            }
        }
        return false;
    }

    private boolean lists(String field) {
        if (field.length() > MAX_FIELD_CHARS) {
            return false;
        }
        Matcher tag = LISTED.matcher(field);
        while (tag.find()) {
            if (tag.group(2).equals(opaque)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a range of this representation may be sent: there is no If-Range, or it names exactly
     * these bytes. A date never does, since nothing here is told apart by dates.
     */
    boolean allowsRange(Request request) {
        Optional<String> condition = request.header("If-Range");
        return condition.isEmpty() || !weak && condition.get().strip().equals(toString());
    }

    /** 304, with this tag. */
    public Response notModified() {
        return Response.empty(304).withHeader("etag", toString());
    }
}
