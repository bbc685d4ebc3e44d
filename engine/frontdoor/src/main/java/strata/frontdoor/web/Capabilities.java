package strata.frontdoor.web;

import strata.network.http.HttpException;
import strata.network.http.Method;
import strata.network.http.Request;
import strata.network.http.Response;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Retrieve Capabilities, PS3.18 8.9: which resources there are and what can be done with them, told
 * from the routes themselves, as WADL (PS3.18 annex H) or in JSON. OPTIONS of a resource answers
 * with its methods. Thread-safe once all routes are added.
 */
final class Capabilities {
    private static final MediaType WADL =
            MediaType.parse("application/vnd.sun.wadl+xml").orElseThrow();

    private final Map<String, List<Method>> methods = new LinkedHashMap<>();

    void add(Method method, String template) {
        methods.computeIfAbsent(template, t -> new ArrayList<>()).add(method);
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get("/", this::describe);
        routes.get("/capabilities", this::describe);
    }

    private Response describe(Request request) throws HttpException {
        MediaType type =
                Accept.of(request).choose(List.of(WADL, MediaType.JSON)).offered();
        String text = type.equals(WADL) ? wadl(DicomWeb.url(request)) : json();
        return Response.bytes(200, type.toString(), text.getBytes(StandardCharsets.UTF_8));
    }

    private String wadl(String base) {
        StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<application xmlns=\"http://wadl.dev.java.net/2009/02\">\n<resources base=\"");
        text.append(base.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;"));
        text.append("/\">\n");
        methods.forEach((template, each) -> {
            String path = template.substring(1).replace("...}", "}");
            text.append("<resource path=\"").append(path).append("\">");
            each.forEach(m -> text.append("<method name=\"").append(m).append("\"/>"));
            text.append("</resource>\n");
        });
        return text.append("</resources>\n</application>\n").toString();
    }

    private String json() {
        StringBuilder text = new StringBuilder("{\"resources\":[");
        methods.forEach((template, each) -> {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ",").append("{\"path\":\"");
            text.append(template).append("\",\"methods\":[");
            for (int i = 0; i < each.size(); i++) {
                text.append(i > 0 ? ",\"" : "\"").append(each.get(i)).append('"');
            }
            text.append("]}");
        });
        return text.append("]}\n").toString();
    }
}
