package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.StrataException;
import strata.base.tls.TlsContext;
import strata.server.configuration.Configuration;
import strata.server.configuration.DestinationSettings;
import strata.server.configuration.DicomSettings;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the configuration again while the server runs: DICOM peers and destinations, rules, and
 * certificates that were written anew to their files, count at once, everything else needs a
 * restart and is named. A configuration with a mistake changes nothing. Thread-safe.
 */
final class Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

    /** Reads and checks the configuration. */
    interface Source {
        Configuration read() throws OperatorException;
    }

    /** Takes changed rules, unless they may not be taken so. */
    interface Rules {
        /** @return whether others are in force now */
        boolean reload(Configuration next) throws IOException;
    }

    private final Source source;
    private final Configuration started;
    private final Consumer<DicomSettings> apply;
    private final Rules rules;
    private final Optional<TlsContext> tls;
    private final Metrics.Counter reloads;

    Reloading(
            Source source,
            Configuration started,
            Consumer<DicomSettings> apply,
            Rules rules,
            Optional<TlsContext> tls,
            Metrics metrics) {
        this.source = source;
        this.started = started;
        this.apply = apply;
        this.rules = rules;
        this.tls = tls;
        reloads = metrics.counter(
                "strata_configuration_reloads_total",
                "Times the configuration was read again while running",
                "result");
    }

    /**
     * @return the keys that differ from the start and take effect at the next one
     * @throws StrataException what is wrong; the configuration in force stays
     */
    synchronized List<String> run() throws IOException {
        Configuration next;
        boolean otherRules;
        try {
            next = source.read();
            if (tls.isPresent()) {
                tls.get().reload();
            } else if (callsOverTls(next)) {
                throw new OperatorException("'tls.key' is new: TLS begins with a restart");
            }
            otherRules = rules.reload(next);
        } catch (StrataException e) {
            reloads.increment("refused");
            LOG.error("the configuration stays as it is: {}", e.getMessage());
            throw e;
        }
        apply.accept(next.dicom());
        List<String> later = needRestart(next);
        reloads.increment("applied");
        LOG.info(
                "configuration read again: peers and destinations apply now{}{}",
                otherRules ? ", and other rules" : "",
                later.isEmpty() ? "" : ", a restart is needed for " + String.join(", ", later));
        return later;
    }

    private static boolean callsOverTls(Configuration next) {
        return next.dicom().destinations().values().stream().anyMatch(DestinationSettings::tls);
    }

    private List<String> needRestart(Configuration next) {
        List<String> keys = new ArrayList<>();
        compare(keys, "aet", next, Configuration::aet);
        compare(keys, "data", next, Configuration::data);
        compare(keys, "site", next, Configuration::site);
        compare(keys, "tls", next, Configuration::tls);
        compare(keys, "dicom", next, c -> withoutAes(c.dicom()));
        compare(keys, "query", next, Configuration::queries);
        compare(keys, "http", next, Configuration::http);
        compare(keys, "tiers", next, Configuration::tiers);
        compare(keys, "versions, deletion or compaction", next, Configuration::storage);
        compare(keys, "replication", next, Configuration::replication);
        compare(keys, "hl7", next, Configuration::hl7);
        compare(keys, "prefetch", next, Configuration::prefetch);
        compare(keys, "policy", next, Configuration::policy);
        compare(keys, "catalog", next, Configuration::catalogCacheBytes);
        compare(keys, "scrub", next, Configuration::scrubEvery);
        compare(keys, "audit", next, Configuration::audit);
        compare(keys, "log", next, Configuration::log);
        return keys;
    }

    private void compare(
            List<String> keys, String key, Configuration next, Function<Configuration, ?> part) {
        if (!Objects.equals(part.apply(started), part.apply(next))) {
            keys.add(key);
        }
    }

    /** What of the DICOM door does not change while it is open. */
    private static List<Object> withoutAes(DicomSettings dicom) {
        return List.of(
                dicom.listen(),
                dicom.tls(),
                dicom.plainBeyondLoopback(),
                dicom.associations(),
                dicom.maxPduBytes(),
                dicom.idle(),
                dicom.commitment());
    }
}
