package strata.network.http;

import strata.base.tls.TlsContext;

/**
 * HTTPS: TLS below every connection, with the version of HTTP chosen by ALPN (RFC 7301).
 *
 * @param clients whether callers are asked for a certificate
 */
public record HttpTls(TlsContext context, TlsContext.ClientCertificates clients) {}
