package strata.frontdoor.web;

import strata.network.http.HttpException;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Content-Type field, RFC 9110 8.3.1.
 *
 * @param mediaType in lower case, without parameters
 * @param parameters by their names in lower case; values as they were sent, without quotes
 */
record ContentType(String mediaType, Map<String, String> parameters) {
    private static final int MAX_CHARS = 4 * 1024;

    ContentType {
        parameters = Map.copyOf(parameters);
    }

    /** @throws HttpException 400 when it is none */
    static ContentType parse(String field) throws HttpException {
        int semicolon = field.indexOf(';');
        String type = (semicolon < 0 ? field : field.substring(0, semicolon)).strip();
        if (field.length() > MAX_CHARS || type.indexOf('/') < 1) {
            throw new HttpException(400, "not a Content-Type");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = semicolon < 0 ? field.length() : semicolon;
        while (at < field.length()) {
            at = parameter(field, at + 1, parameters);
        }
        return new ContentType(type.toLowerCase(Locale.ROOT), parameters);
    }

    /** Takes one {@code name=value} and returns where the next semicolon is, or the end. */
    private static int parameter(String field, int from, Map<String, String> to)
            throws HttpException {
        int next = field.indexOf(';', from);
        int equals = field.indexOf('=', from);
        if (equals < 0 || next >= 0 && next < equals) {
            int end = next < 0 ? field.length() : next;
            if (!field.substring(from, end).isBlank()) {
                throw new HttpException(400, "a parameter of the Content-Type has no value");
            }
            return end;
        }
        String name = field.substring(from, equals).strip().toLowerCase(Locale.ROOT);
        int start = equals + 1;
        while (start < field.length() && field.charAt(start) == ' ') {
            start++;
        }
        if (start == field.length() || field.charAt(start) != '"') {
            int end = next < 0 ? field.length() : next;
            to.putIfAbsent(name, field.substring(start, end).strip());
            return end;
        }
        StringBuilder value = new StringBuilder();
        int at = start + 1;
        for (; at < field.length() && field.charAt(at) != '"'; at++) {
            if (field.charAt(at) == '\\' && at + 1 < field.length()) {
                at++;
            }
            value.append(field.charAt(at));
        }
        if (at >= field.length()) {
            throw new HttpException(400, "a quote in the Content-Type does not end");
        }
        to.putIfAbsent(name, value.toString());
        next = field.indexOf(';', at);
        return next < 0 ? field.length() : next;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
