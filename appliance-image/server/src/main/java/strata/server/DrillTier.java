package strata.server;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.Tier;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.KeyMedium;
import strata.tier.crypto.SiteKeyFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Opens a tier for a drill as after the loss of the site: with nothing but the site key, the packs,
 * and the copy of the key ledger beside them. Nothing is written to the tier.
 */
final class DrillTier {
    private final Closing closing;
    private final Optional<Path> keyFile;

    /** @param keyFile the site key; empty: that of the configuration, if there is one */
    DrillTier(Closing closing, Optional<Path> keyFile) {
        this.closing = closing;
        this.keyFile = keyFile;
    }

    /** @param tier the name of a configured tier, or a directory of packs */
    Tier open(String tier, Optional<Path> config) throws IOException {
        if (config.isPresent()) {
            Configuration configuration =
                    Configuration.load(config, new Overrides(null, null, null, null, null));
            Optional<KeyLedger> keys = ledger(keyFile.or(configuration.tiers()::keyFile));
            if (tier.equals(Site.LONG_TERM)) {
                return local(configuration.tiers().longTerm().path(), keys);
            }
            if (configuration.tiers().s3().stream().anyMatch(s3 -> s3.name().equals(tier))) {
                return Site.s3(configuration, keys, closing, Metrics.none(), Clock.systemUTC())
                        .stream()
                        .filter(each -> each.name().equals(tier))
                        .findFirst()
                        .orElseThrow();
            }
        }
        return local(Path.of(tier), ledger(keyFile));
    }

    private Tier local(Path directory, Optional<KeyLedger> keys) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new OperatorException(
                    directory + " is no directory, and no tier of the configuration");
        }
        LocalTierOptions plain = LocalTierOptions.of(LocalTier.nameOf(new LocalDisk(), directory))
                .withExpected(true);
        return closing.add(LocalTier.open(
                new LocalDisk(),
                directory,
                keys.map(ledger -> plain.withKeys(ledger, false)).orElse(plain),
                Metrics.none(),
                Clock.systemUTC()));
    }

    private static Optional<KeyLedger> ledger(Optional<Path> siteKey) throws IOException {
        return siteKey.isEmpty()
                ? Optional.empty()
                : Optional.of(KeyLedger.open(
                        SiteKeyFile.read(siteKey.get()),
                        new NoHome(),
                        Metrics.none(),
                        Clock.systemUTC()));
    }

    /** The keys of a lost site, which come from the medium; for one thread. */
    private static final class NoHome implements KeyMedium {
        private final Map<String, byte[]> files = new TreeMap<>();

        @Override
        public List<String> names() {
            return List.copyOf(files.keySet());
        }

        @Override
        public byte[] read(String name, int maxBytes) {
            return files.get(name).clone();
        }

        @Override
        public void write(String name, byte[] bytes) {
            files.put(name, bytes.clone());
        }
    }
}
