package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import strata.access.Account;
import strata.access.AccountFile;
import strata.access.Role;
import strata.access.RouteRights;
import strata.access.StudyScope;
import strata.base.Await;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.base.tls.TestCertificates;
import strata.cli.StrataCommands;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.network.http.Method;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A whole server with HTTPS and accounts: roles by routes, and studies that are not everybody's.
 */
class AccessTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String NORTH = "2.25.101";
    private static final String SOUTH = "2.25.102";
    private static final String NOBODYS = "2.25.103";
    private static final TestCertificates CA = TestCertificates.authority("Test CA");

    @TempDir
    static Path folder;

    private static final Map<Role, String> TOKENS = new EnumMap<>(Role.class);
    private static Appliance appliance;
    private static HttpClient client;
    private static String scoped;

    @BeforeAll
    static void start() throws Exception {
        CA.issue("archive").files(folder, "archive");
        AccountFile accounts = new AccountFile(folder.resolve("accounts"));
        for (Role role : Role.values()) {
            accounts.add(account(role.word(), role, StudyScope.ALL));
        }
        accounts.add(
                account("north", Role.VIEWER, StudyScope.only(Set.of("North Clinic"), Set.of())));
        Path yaml = Files.writeString(
                folder.resolve("strata.yaml"),
                "tls: { key: " + folder + "/archive.key, certificates: " + folder
                        + "/archive.pem, trust: " + folder + "/archive-ca.pem }\n"
                        + "dicom: { tls: { port: 0 } }\n"
                        + "http: { bind: 0.0.0.0, tls: { enabled: true },"
                        + " authentication: { accounts: " + folder + "/accounts } }\n");
        appliance = Appliance.start(Configuration.load(
                Optional.of(yaml),
                new Overrides(folder.resolve("data").toString(), null, "0", "0", "STRATA")));
        client = client();
        for (Role role : Role.values()) {
            TOKENS.put(role, login(role.word()));
        }
        scoped = login("north");
        store(NORTH, "North Clinic");
        store(SOUTH, "South Clinic");
    }

    private static Account account(String name, Role role, StudyScope scope) {
        return Account.create(name, Set.of(role), scope, PASSWORD.toCharArray(), false);
    }

    private static HttpClient client() throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(trust);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trusted.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterAll
    static void stop() throws IOException {
        if (appliance != null) {
            appliance.close();
        }
    }

    private static HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "https://localhost:" + appliance.httpAddress().getPort() + path))
                .timeout(Duration.ofSeconds(60));
        return token.isEmpty() ? request : request.header("authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path, String token) throws Exception {
        return send(request(path, token));
    }

    private static HttpResponse<String> tryLogin(String name, String password) throws Exception {
        String json = "{\"account\":\"" + name + "\",\"password\":\"" + password + "\"}";
        return send(
                request(RouteRights.SESSION, "").POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static String login(String name) throws Exception {
        HttpResponse<String> answer = tryLogin(name, PASSWORD);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body().replaceAll("(?s).*\"token\":\"([^\"]+)\".*", "$1");
    }

    private static byte[] object(String study, String institution) {
        DataSet image = new DataSet()
                .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
                .putUid(Tag.SOPInstanceUID, new Uid(study + ".1.1"))
                .putString(Tag.PatientID, Vr.LO, "P1")
                .putString(Tag.InstitutionName, Vr.LO, institution)
                .putUid(Tag.StudyInstanceUID, new Uid(study))
                .putUid(Tag.SeriesInstanceUID, new Uid(study + ".1"));
        return DataSetWriter.toBytes(image, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
    }

    private static void store(String study, String institution) throws Exception {
        Uid instance = new Uid(study + ".1.1");
        TransferSyntax syntax = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("--x\r\nContent-Type: application/dicom\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(Part10.header(SopClasses.CT_IMAGE, instance, syntax.uid()));
        body.writeBytes(object(study, institution));
        body.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII));
        HttpResponse<String> stored = send(request("/dicom-web/studies", TOKENS.get(Role.MODALITY))
                .header("content-type", "multipart/related; type=\"application/dicom\"; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
        assertEquals(200, stored.statusCode(), stored.body());
    }

    /** A path of the template that names nothing. */
    private static String path(String template) {
        return template.replaceAll("\\{frames}", "1").replaceAll("\\{[a-z.]+}", "2.25.1");
    }

    @Test
    void everyRouteIsForSomeRoleAndClosedToAllOthers() throws Exception {
        for (String route : appliance.routes()) {
            Method method = Method.valueOf(route.substring(0, route.indexOf(' ')));
            String template = route.substring(route.indexOf(' ') + 1);
            if (template.equals("/health/live") || template.equals(RouteRights.SESSION)) {
                continue;
            }
            Set<Role> allowed = RouteRights.roles(method, template);
            assertFalse(allowed.isEmpty(), () -> "nobody may " + route);
            HttpRequest.BodyPublisher nothing = HttpRequest.BodyPublishers.noBody();
            HttpResponse<String> without =
                    send(request(path(template), "").method(method.name(), nothing));
            assertEquals(401, without.statusCode(), route);
            for (Role role : Role.values()) {
                // Without the guard's header field nothing of the admin API is done.
                HttpResponse<String> answer = send(
                        request(path(template), TOKENS.get(role)).method(method.name(), nothing));
                boolean forbidden =
                        answer.statusCode() == 403 && answer.body().contains("this is not for you");
                assertEquals(!allowed.contains(role), forbidden, () -> role + " " + route);
                assertTrue(answer.statusCode() != 401, () -> role + " " + route);
            }
        }
        assertEquals(200, get("/health/live", "").statusCode());
    }

    @Test
    void aRouteThatIsNotInTheTableIsForNobody() {
        assertEquals(Set.of(), RouteRights.roles(Method.GET, "/new/{thing}"));
        assertEquals(Set.of(), RouteRights.roles(Method.DELETE, "/dicom-web/studies/{study}"));
        assertEquals(Set.of(), RouteRights.roles(Method.GET, "/dicom-website"));
    }

    @Test
    void hostile53WrongTokensAre401() throws Exception {
        String right = TOKENS.get(Role.VIEWER);
        for (String token : List.of(right + "x", "strata_", "a.b.c", "operator_x")) {
            HttpResponse<String> answer = get("/dicom-web/studies", token);
            assertEquals(401, answer.statusCode(), token);
            assertTrue(answer.headers().firstValue("www-authenticate").isPresent());
        }
        HttpResponse<String> twice = send(
                request("/dicom-web/studies", right).header("authorization", "Bearer " + right));
        assertEquals(401, twice.statusCode());
        HttpResponse<String> basic = send(request("/dicom-web/studies", "")
                .header("authorization", "Basic dmlld2VyOmNvcnJlY3Q="));
        assertEquals(401, basic.statusCode());
    }

    @Test
    void hostile54GuessesAre401UntilTheAccountIsLocked() throws Exception {
        new AccountFile(folder.resolve("accounts"))
                .add(account("victim", Role.VIEWER, StudyScope.ALL));
        for (int i = 0; i < 6; i++) {
            assertEquals(401, tryLogin("victim", "a wrong password").statusCode());
        }
        assertEquals(401, tryLogin("victim", PASSWORD).statusCode());
        awaitAudit("\"what\":\"locked\"");
    }

    private static void awaitAudit(String what) throws Exception {
        Await.until("audit of " + what, Duration.ofSeconds(30), () -> {
            try (Stream<Path> files = Files.list(folder.resolve("data/audit"))) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    if (Files.readString(each, StandardCharsets.ISO_8859_1).contains(what)) {
                        return true;
                    }
                }
                return false;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void hostile55AForeignStudyIs404ForAValidUserAndAudited() throws Exception {
        String all = TOKENS.get(Role.VIEWER);
        assertEquals(200, get("/dicom-web/studies/" + SOUTH, all).statusCode());
        for (String below : List.of("", "/metadata", "/series", "/series/2.25.9")) {
            HttpResponse<String> foreign = get("/dicom-web/studies/" + SOUTH + below, scoped);
            assertEquals(404, foreign.statusCode(), below);
            HttpResponse<String> absent = get("/dicom-web/studies/" + NOBODYS + below, scoped);
            assertEquals(404, absent.statusCode(), below);
            assertEquals(
                    absent.body().replace(NOBODYS, "X"),
                    foreign.body().replace(SOUTH, "X"),
                    "no telling one from the other");
        }
        awaitAudit(SOUTH);
        String wado = "/dicom-web/wado?requestType=WADO&contentType=application/dicom&studyUID=";
        String of = "&seriesUID=" + SOUTH + ".1&objectUID=" + SOUTH + ".1.1";
        assertEquals(200, get(wado + SOUTH + of, all).statusCode());
        assertEquals(404, get(wado + SOUTH + of, scoped).statusCode());
        assertEquals(404, get(wado + NORTH + of, scoped).statusCode(), "under a false flag");
        String crossed = "/dicom-web/studies/" + NORTH + "/series/" + SOUTH + ".1";
        assertEquals(404, get(crossed, scoped).statusCode());
        assertEquals(200, get("/dicom-web/studies/" + NORTH, scoped).statusCode());
    }

    @Test
    void hostile55SearchesListOwnStudiesOnly() throws Exception {
        for (String search :
                List.of("studies", "series", "instances", "studies?limit=1&offset=0")) {
            HttpResponse<String> own = get("/dicom-web/" + search, scoped);
            assertEquals(200, own.statusCode());
            assertTrue(own.body().contains(NORTH), own.body());
            assertFalse(own.body().contains(SOUTH), own.body());
        }
        String foreign = "/dicom-web/studies?StudyInstanceUID=" + SOUTH;
        assertEquals(204, get(foreign, scoped).statusCode());
        assertEquals(200, get(foreign, TOKENS.get(Role.VIEWER)).statusCode());
    }

    @Test
    void theOperatorOfTheMachineHasATokenInAFile() throws Exception {
        Path file = folder.resolve("data").resolve(HttpAccess.OPERATOR_TOKEN);
        String token = Files.readString(file).strip();
        assertEquals(200, get("/api/v1/status", token).statusCode());
        assertEquals(403, get("/dicom-web/studies", token).statusCode());
    }

    @Test
    void whoDeletedIsRemembered() throws Exception {
        String study = "2.25.104";
        store(study, "North Clinic");
        HttpResponse<String> deleted = send(request(
                        "/api/v1/delete?reason=operator&text=test&uid=" + study,
                        TOKENS.get(Role.ADMIN))
                .header("x-strata", "1")
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, deleted.statusCode(), deleted.body());
        HttpResponse<String> list = get("/api/v1/deleted", TOKENS.get(Role.AUDITOR));
        assertTrue(list.body().matches("(?s).*\"actor\":[^,]*admin.*"), list.body());
        assertEquals(404, get("/dicom-web/studies/" + study, scoped).statusCode());
        assertEquals(
                410, get("/dicom-web/studies/" + study, TOKENS.get(Role.VIEWER)).statusCode());
    }

    @Test
    void theCommandsProveWhoTheyAre() throws Exception {
        CA.issue("operator").files(folder, "operator");
        String ca = folder.resolve("archive-ca.pem").toString();
        String token = folder.resolve("data").resolve(HttpAccess.OPERATOR_TOKEN).toString();
        String url = "https://localhost:" + appliance.httpAddress().getPort();
        assertEquals(2, run("status", "--server", url, "--trust", ca));
        assertEquals(0, run("status", "--server", url, "--trust", ca, "--token-file", token));
        Path file = folder.resolve("image.dcm");
        Uid instance = new Uid("2.25.105.1.1");
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        image.writeBytes(Part10.header(
                SopClasses.CT_IMAGE, instance, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid()));
        image.writeBytes(object("2.25.105", "North Clinic"));
        Files.write(file, image.toByteArray());
        assertEquals(
                0,
                run(
                        "import",
                        file.toString(),
                        "--server",
                        url,
                        "--trust",
                        ca,
                        "--token-file",
                        token,
                        "--key",
                        folder.resolve("operator.key").toString(),
                        "--certificates",
                        folder.resolve("operator.pem").toString()));
        assertEquals(200, get("/dicom-web/studies/2.25.105", scoped).statusCode());
    }

    private static int run(String... arguments) {
        CommandLine line = StrataCommands.create(new OfflineSites());
        line.setOut(new PrintWriter(new StringWriter()));
        line.setErr(new PrintWriter(new StringWriter()));
        return line.execute(arguments);
    }

    @Test
    void aServerDoesNotStartWithAccountsThatOthersCanRead() throws Exception {
        Path yaml = Files.writeString(
                folder.resolve("open.yaml"),
                "http: { authentication: { accounts: " + folder + "/open } }\n");
        Files.writeString(folder.resolve("open"), "{}");
        Configuration configuration = Configuration.load(
                Optional.of(yaml),
                new Overrides(folder.resolve("other").toString(), null, "0", "0", "STRATA"));
        OperatorException refused =
                assertThrows(OperatorException.class, () -> Appliance.start(configuration));
        assertTrue(refused.getMessage().contains("open"), refused.getMessage());
    }
}
