package strata.server.configuration;

import strata.access.BoundUser;
import strata.access.Role;
import strata.access.StudyScope;
import strata.access.TokenSettings;
import strata.access.User;
import strata.base.OperatorException;
import strata.base.tls.CertificateBinding;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys below {@code http.authentication}. */
final class AuthenticationReader {
    private final Path data;

    AuthenticationReader(Path data) {
        this.data = data;
    }

    /** Empty where the section is not there: nobody is asked, on loopback. */
    Optional<AuthenticationSettings> read(Section http) throws OperatorException {
        boolean on = http.has("authentication");
        Section section = http.section("authentication");
        Path accounts = data.resolve(
                section.value("accounts").as(ConfigurationReader::path, Path.of("accounts")));
        Duration session = section.value("session")
                .as(
                        text -> TimeSpan.parse(text, Duration.ofMinutes(1), Duration.ofDays(1)),
                        Duration.ofHours(8));
        Optional<TokenSettings> tokens = tokens(section.section("tokens"), section.has("tokens"));
        List<BoundUser> users = new ArrayList<>();
        for (Map.Entry<String, Setting> one : section.named("certificates").entrySet()) {
            users.add(user(one.getKey(), section.of(one.getValue()), one.getValue()));
        }
        return on
                ? Optional.of(
                        new AuthenticationSettings(accounts.normalize(), session, tokens, users))
                : Optional.empty();
    }

    private Optional<TokenSettings> tokens(Section tokens, boolean on) throws OperatorException {
        Optional<String> issuer = tokens.value("issuer").as(Function.identity());
        Optional<String> audience = tokens.value("audience").as(Function.identity());
        List<String> algorithms = tokens.value("algorithms").listOf(Function.identity());
        Setting place = tokens.value("keys");
        Optional<URI> keys = place.as(this::keys);
        Duration believed = tokens.value("keysBelieved")
                .as(
                        text -> TimeSpan.parse(
                                text, TokenSettings.LEAST_BELIEVED, TokenSettings.MOST_BELIEVED),
                        TokenSettings.BELIEVED);
        String roles = tokens.value("roles").as(Function.identity(), "roles");
        Optional<String> institutions = tokens.value("institutions").as(Function.identity());
        if (!on) {
            return Optional.empty();
        }
        if (issuer.isEmpty() || audience.isEmpty() || keys.isEmpty()) {
            throw place.wrong("tokens need 'issuer', 'audience' and 'keys'");
        }
        try {
            return Optional.of(new TokenSettings(
                    issuer.get(),
                    audience.get(),
                    algorithms.isEmpty() ? List.of("RS256", "ES256") : algorithms,
                    keys.get(),
                    believed,
                    roles,
                    institutions));
        } catch (IllegalArgumentException e) {
            throw place.wrong(e.getMessage());
        }
    }

    /** An address, or a file. */
    private URI keys(String text) {
        return text.matches("https?://.*")
                ? URI.create(text)
                : data.resolve(ConfigurationReader.path(text)).normalize().toUri();
    }

    private static BoundUser user(String name, Section one, Setting place)
            throws OperatorException {
        Optional<CertificateBinding> certificate =
                one.value("certificate").as(CertificateBinding::parse);
        List<Role> roles = one.value("roles").listOf(Role::parse);
        List<String> institutions = one.value("institutions").listOf(Function.identity());
        List<String> accessions = one.value("accessions").listOf(Function.identity());
        if (certificate.isEmpty() || roles.isEmpty()) {
            throw place.wrong("a user by certificate needs 'certificate' and 'roles'");
        }
        try {
            StudyScope scope =
                    StudyScope.of(new HashSet<>(institutions), new HashSet<>(accessions));
            return new BoundUser(certificate.get(), new User(name, new HashSet<>(roles), scope));
        } catch (IllegalArgumentException e) {
            throw place.wrong(e.getMessage());
        }
    }
}
