package strata.network.pdu;

import strata.base.Uid;

import java.util.List;
import java.util.Optional;

/**
 * The user information item, PS3.8 D.1 and PS3.7 D.3.3.
 *
 * @param maxLength largest P-DATA-TF length that the sender receives, in bytes; 0 means no limit
 * @param identityResponse in an A-ASSOCIATE-AC: the server response, without meaning for us
 */
public record UserInformation(
        long maxLength,
        Optional<Uid> implementationClass,
        Optional<String> implementationVersion,
        Optional<AsyncWindow> window,
        List<RoleSelection> roles,
        List<ExtendedNegotiation> extended,
        List<CommonExtendedNegotiation> commonExtended,
        Optional<UserIdentity> identity,
        Optional<byte[]> identityResponse) {
    public UserInformation {
        roles = List.copyOf(roles);
        extended = List.copyOf(extended);
        commonExtended = List.copyOf(commonExtended);
    }

    /** Only the maximum length and our implementation identification. */
    public static UserInformation of(long maxLength, Uid implementationClass, String version) {
        return new UserInformation(
                maxLength,
                Optional.of(implementationClass),
                Optional.of(version),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The accepted or proposed service class application information for a SOP class. */
    public Optional<byte[]> extendedFor(Uid sopClass) {
        return extended.stream()
                .filter(each -> each.sopClass().equals(sopClass))
                .map(ExtendedNegotiation::information)
                .findFirst();
    }

    public Optional<RoleSelection> roleFor(Uid sopClass) {
        return roles.stream().filter(each -> each.sopClass().equals(sopClass)).findFirst();
    }
}
