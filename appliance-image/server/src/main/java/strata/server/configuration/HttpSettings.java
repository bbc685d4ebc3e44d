package strata.server.configuration;

import strata.base.tls.TlsContext;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.http.CorsPolicy;

import java.util.Optional;

/**
 * The HTTP door.
 *
 * @param connections open at a time
 * @param workers requests handled at a time
 * @param identity under which instances of merged patients are given
 * @param cors which pages of other origins may use it
 * @param tls whether clients are asked for certificates; empty: plain HTTP
 * @param authentication how callers prove who they are; empty: nobody is asked
 */
public record HttpSettings(
        Endpoint listen,
        int connections,
        int workers,
        PatientIdentity identity,
        CorsPolicy cors,
        Optional<TlsContext.ClientCertificates> tls,
        Optional<AuthenticationSettings> authentication) {}
