package strata.network.pdu;

import java.nio.charset.StandardCharsets;

/**
 * User identity negotiation, PS3.7 D.3.3.7.
 *
 * @param type 1 user name, 2 user name and passcode, 3 Kerberos ticket, 4 SAML assertion, 5 JWT
 * @param primary user name, ticket or token
 * @param secondary the passcode with type 2, else empty
 */
public record UserIdentity(int type, boolean responseRequested, byte[] primary, byte[] secondary) {
    public static final int USER_NAME = 1;
    public static final int USER_NAME_AND_PASSCODE = 2;
    public static final int KERBEROS = 3;
    public static final int SAML = 4;
    public static final int JWT = 5;

    public static UserIdentity passcode(String user, String passcode) {
        return new UserIdentity(
                USER_NAME_AND_PASSCODE,
                false,
                user.getBytes(StandardCharsets.UTF_8),
                passcode.getBytes(StandardCharsets.UTF_8));
    }

    public int lengthBytes() {
        return primary.length + secondary.length;
    }

    /** Names the type only: the fields are credentials. */
    @Override
    public String toString() {
        return "user identity of type " + type;
    }
}
