package strata.codec;

import java.util.Locale;

/** How much time an encoder spends for fewer bytes. The format is the same for both. */
public enum EncodingProfile {
    /** For everyday migration. */
    FAST(4L << 20),
    /** For the deep archive, written once and seldom read. */
    DENSE(Long.MAX_VALUE);

    private final long strongBytes;

    EncodingProfile(long strongBytes) {
        this.strongBytes = strongBytes;
    }

    /**
     * The profile that rules and commands call so, for example {@code dense}.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static EncodingProfile named(String name) {
        for (EncodingProfile profile : values()) {
            if (profile.profileName().equals(name)) {
                return profile;
            }
        }
        throw new IllegalArgumentException("no profile is named so");
    }

    /** As rules and commands call it. */
    public String profileName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many plain bytes of an object are worth the strongest level of zstd. */
    long strongBytes() {
        return strongBytes;
    }
}
