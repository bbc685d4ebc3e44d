/**
 * TLS for every door and channel, on the JDK alone: keys and certificates from files, and engines
 * that speak the BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile (PS3.15 B.12).
 *
 * <p>Reading order: {@link strata.base.tls.TlsFiles}, {@link strata.base.tls.TlsProfile},
 * {@link strata.base.tls.TlsContext}, {@link strata.base.tls.PeerCertificate},
 * {@link strata.base.tls.CertificateBinding}. Inside: SecretFile (a file that others may not read),
 * PemFile, LoadCredentials (files to key, chain and anchors), CheckedTrust (a peer must be the one
 * that is expected, with a certificate that has not ended by the site's reckoning either).
 *
 * <p>A network room wraps an {@link javax.net.ssl.SSLEngine} of {@link strata.base.tls.TlsContext}
 * in its own handler. An engine keeps the certificates that it was made with; engines made after
 * {@link strata.base.tls.TlsContext#reload} have the new ones.
 *
 * <p>Invariants: no version below TLS 1.2 and no suite without forward secrecy and authenticated
 * encryption is ever negotiated; no message holds a key or a password; files that cannot be used
 * leave what is in force as it is.
 */
package strata.base.tls;
