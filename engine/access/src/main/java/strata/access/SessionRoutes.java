package strata.access;

import com.nimbusds.jose.util.JSONObjectUtils;

import strata.network.http.HttpException;
import strata.network.http.Method;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /api/v1/session} with {@code {"account", "password", "code"}}: a token for the
 * {@code Authorization} field, how many seconds it lasts and the roles; 401 for every wrong proof.
 * {@code DELETE} ends the session whose token is shown.
 */
public final class SessionRoutes {
    private static final int MAX_BODY = 4096;

    private final Logins logins;

    public SessionRoutes(Logins logins) {
        this.logins = logins;
    }

    public void addTo(Router.Builder routes) {
        routes.add(Method.POST, RouteRights.SESSION, MAX_BODY, this::open)
                .delete(RouteRights.SESSION, this::close);
    }

    private Response open(Request request) throws IOException {
        String text = new String(request.body().readAllBytes(), StandardCharsets.UTF_8);
        Optional<Logins.Session> session;
        try {
            Map<String, Object> json = JSONObjectUtils.parse(text);
            session = logins.login(
                    text(json, "account"),
                    text(json, "password").toCharArray(),
                    text(json, "code"),
                    request.peer().getAddress().getHostAddress());
        } catch (ParseException e) {
            throw new HttpException(400, "a JSON object with account and password is expected");
        }
        if (session.isEmpty()) {
            throw new HttpException(
                    401,
                    "account, password or code is wrong, or it is locked"
                            + (logins.isClockDoubted() ? Gate.CLOCK : ""));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token", session.get().token());
        answer.put("seconds", session.get().length().toSeconds());
        answer.put(
                "roles",
                session.get().user().roles().stream().map(Role::word).sorted().toList());
        return Response.json(JSONObjectUtils.toJSONString(answer) + "\n");
    }

    private static String text(Map<String, Object> json, String key) throws ParseException {
        String text = JSONObjectUtils.getString(json, key);
        return text == null ? "" : text;
    }

    private Response close(Request request) {
        Proofs.bearer(request).ifPresent(logins::logout);
        return Response.empty(204);
    }
}
