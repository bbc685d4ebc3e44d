package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.codec.EncodingProfile;
import strata.policy.language.KnownNames;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Rules may name each profile of the archive codec, and no other. */
final class ProfilesTest {
    @Test
    void rulesKnowTheProfilesOfTheCodec() {
        Set<String> codec = Arrays.stream(EncodingProfile.values())
                .map(EncodingProfile::profileName)
                .collect(Collectors.toSet());
        assertEquals(codec, KnownNames.STANDARD_PROFILES);
        codec.forEach(name -> assertEquals(name, EncodingProfile.named(name).profileName()));
    }
}
