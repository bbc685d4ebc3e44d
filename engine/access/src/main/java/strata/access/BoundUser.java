package strata.access;

import strata.base.tls.CertificateBinding;

/** A user who is proved by a client certificate. */
public record BoundUser(CertificateBinding certificate, User user) {}
