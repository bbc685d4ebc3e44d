package strata.mover;

import strata.base.CorruptDataException;
import strata.tier.PackReader;
import strata.tier.Tier;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** A pack that the catalog names and a healthy tier does not have is damage, not a missing file. */
final class MissingPack {
    private MissingPack() {}

    static PackReader asDamage(Tier tier, String pack) throws IOException {
        try {
            return tier.openOnMedium(pack);
        } catch (NoSuchFileException e) {
            throw new CorruptDataException("tier " + tier.name(), 0, "pack " + pack, "nothing");
        }
    }
}
