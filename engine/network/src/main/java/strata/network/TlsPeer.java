package strata.network;

import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsContext;

import java.util.Optional;

/**
 * How a peer that is called over TLS proves itself.
 *
 * @param expected its certificate; empty: any that we trust for its host name or address
 */
public record TlsPeer(TlsContext context, Optional<CertificateBinding> expected) {}
