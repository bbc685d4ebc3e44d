package strata.frontdoor.web;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A media type or media range, RFC 9110 8.3.1 and 12.5.1: a type, a subtype, parameters. Names are
 * lower case; {@code *} stands for any in a range.
 *
 * @param parameters by name in lower case, without {@code q}, in the order in which they were sent
 */
public record MediaType(String type, String subtype, Map<String, String> parameters) {
    public static final String TYPE = "type";
    public static final String TRANSFER_SYNTAX = "transfer-syntax";

    public static final MediaType ANY = of("*/*");
    public static final MediaType DICOM = of("application/dicom");
    public static final MediaType DICOM_JSON = of("application/dicom+json");
    public static final MediaType DICOM_XML = of("application/dicom+xml");
    public static final MediaType JSON = of("application/json");
    public static final MediaType OCTET_STREAM = of("application/octet-stream");
    public static final MediaType ZIP = of("application/zip");
    public static final MediaType JPEG = of("image/jpeg");
    public static final MediaType PNG = of("image/png");

    private static final String ANYTHING = "*";

    public MediaType {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    private static MediaType of(String name) {
        return parse(name).orElseThrow();
    }

    /** {@code multipart/related} whose parts are of the given type, PS3.18 8.6.1.2.1. */
    public static MediaType multipart(MediaType parts) {
        return new MediaType("multipart", "related", Map.of(TYPE, parts.essence()));
    }

    /**
     * Reads one media type. A value with a slash but without quotes, which RFC 9110 forbids and
     * many clients send, is taken as it stands. Empty when the text is no media type.
     */
    public static Optional<MediaType> parse(String text) {
        FieldText in = new FieldText(text);
        Optional<MediaType> found = parse(in);
        return in.isAtEnd() ? found : Optional.empty();
    }

    /** Reads one media type with its parameters, and leaves what follows. */
    static Optional<MediaType> parse(FieldText in) {
        String type = in.token().toLowerCase(Locale.ROOT);
        if (type.isEmpty() || !in.take('/')) {
            return Optional.empty();
        }
        String subtype = in.token().toLowerCase(Locale.ROOT);
        if (subtype.isEmpty() || type.equals(ANYTHING) && !subtype.equals(ANYTHING)) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        while (in.take(';')) {
            String name = in.token().toLowerCase(Locale.ROOT);
            if (name.isEmpty()) {
                continue; // a lone semicolon says nothing
            }
            if (!in.take('=')) {
                return Optional.empty();
            }
            Optional<String> value = in.value();
            if (value.isEmpty() || parameters.putIfAbsent(name, value.get()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new MediaType(type, subtype, parameters));
    }

    /** Type and subtype without parameters. */
    public String essence() {
        return type + "/" + subtype;
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    public MediaType with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return new MediaType(type, subtype, more);
    }

    public MediaType without(String name) {
        Map<String, String> fewer = new LinkedHashMap<>(parameters);
        fewer.remove(name);
        return new MediaType(type, subtype, fewer);
    }

    public boolean isMultipart() {
        return type.equals("multipart");
    }

    /** Of a multipart type, the type of its parts. */
    public Optional<MediaType> partType() {
        return parameter(TYPE).flatMap(MediaType::parse);
    }

    /**
     * Whether this range takes the offered type: the same names, and the same type of the parts.
     */
    boolean takes(MediaType offered) {
        boolean names = type.equals(ANYTHING)
                || type.equals(offered.type)
                        && (subtype.equals(ANYTHING) || subtype.equals(offered.subtype));
        if (!names || !isMultipart() || parameter(TYPE).isEmpty()) {
            return names;
        }
        Optional<MediaType> asked = partType();
        Optional<MediaType> given = offered.partType();
        return asked.isPresent() && given.isPresent() && asked.get().takes(given.get());
    }

    /** How exactly a range says what it takes; the more exact one goes first. */
    int precision() {
        int names = type.equals(ANYTHING) ? 0 : subtype.equals(ANYTHING) ? 1 : 2;
        return names * 8 + Math.min(7, parameters.size());
    }

    /** As in a header field; values that are not tokens are quoted. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(essence());
        parameters.forEach((name, value) ->
                text.append(';').append(name).append('=').append(FieldText.quoted(value)));
        return text.toString();
    }
}
