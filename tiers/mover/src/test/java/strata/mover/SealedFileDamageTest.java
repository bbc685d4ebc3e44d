package strata.mover;

import org.junit.jupiter.api.Test;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.tier.LocalTierOptions;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** T7 with sealed packs: these and the two copies of the key ledger are damaged too. */
class SealedFileDamageTest extends EveryFileDamageTest {
    @Override
    LocalTierOptions options(Path data) throws IOException {
        KeyLedger keys = KeyLedger.open(
                MemoryKeys.siteKeys(1),
                new DirectoryKeys(new LocalDisk(), data.resolve("keys")),
                Metrics.none(),
                Clock.systemUTC());
        return super.options(data).withKeys(keys, true);
    }

    @Test
    @Override
    void everyDamageIsFoundAndRepaired() throws IOException {
        super.everyDamageIsFoundAndRepaired();
    }

    @Override
    long count() {
        return super.count() / 4;
    }
}
