package strata.mover;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import strata.tier.LockedPackException;
import strata.tier.PackLock;
import strata.tier.Tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** T7 on a medium that lets no pack go: what is damaged is set aside and written anew. */
class LockedFileDamageTest extends EveryFileDamageTest {
    private boolean sound;

    @Override
    Tier medium(Tier plain) {
        LockingTier locking = new LockingTier(plain, () -> Instant.MIN);
        if (!sound) {
            // What is made first gives packs up that became part of another.
            sound = true;
            return locking;
        }
        try {
            for (String pack : plain.packs()) {
                locking.locks.put(pack, new PackLock(Instant.MIN, true));
                assertThrows(LockedPackException.class, () -> locking.delete(pack));
            }
            return locking;
        } catch (IOException e) {
            // A tier whose own file is damaged says so to who opens the store.
            throw new UncheckedIOException(e);
        }
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
