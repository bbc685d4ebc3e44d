package strata.server.configuration;

import strata.base.tls.CertificateBinding;
import strata.frontdoor.identity.PatientIdentity;

import java.util.Optional;

/**
 * Another application entity that this site opens associations to.
 *
 * @param associations most at a time that one C-MOVE opens
 * @param notified whether it hears which studies are available (Instance Availability Notification)
 * @param tls whether it is called over TLS
 * @param certificate that it must show; empty: any that is trusted for its host
 * @param identity under which instances of merged patients are sent to it
 */
public record DestinationSettings(
        Endpoint at,
        int associations,
        boolean notified,
        boolean tls,
        Optional<CertificateBinding> certificate,
        PatientIdentity identity) {
    /** Over plain TCP, as received. */
    public DestinationSettings(Endpoint at, int associations, boolean notified) {
        this(at, associations, notified, false, Optional.empty(), PatientIdentity.RECEIVED);
    }
}
