/**
 * The HTTP kernel: HTTP/1.1 and HTTP/2 on Netty's codecs, with a thin router and strict limits. It
 * knows nothing of what is served; the front door, the console and the metrics page give it routes.
 *
 * <p>Reading order: {@link strata.network.http.HttpServer}, {@link strata.network.http.Router},
 * {@link strata.network.http.Handler} with {@link strata.network.http.Request} and
 * {@link strata.network.http.Response}; {@link strata.network.http.HttpLimits};
 * {@link strata.network.http.HttpException}; {@link strata.network.http.ByteRanges} and
 * {@link strata.network.http.EntityTag} for handlers that serve parts;
 * {@link strata.network.http.CorsPolicy}; {@link strata.network.http.HttpTls}, and
 * {@link strata.network.http.AccessControl}, which is asked before each handler. Inside:
 * ProtocolChoice (which version a connection speaks), Http1Connection, Http2Connection with
 * Http2Stream (on their event loops), Dispatch with HeadCheck and RequestTarget (what a header asks
 * for, and what is refused unread), Exchange (one request on a worker), RequestBody and
 * ResponseSender (the two streams with back-pressure), GunzippedBody and GzipStream (the one
 * content coding).
 *
 * <h2>What is answered without a handler</h2>
 *
 * <table>
 * <caption>Refusals</caption>
 * <tr><th>status</th><th>when</th></tr>
 * <tr><td>400</td><td>not HTTP; Content-Length beside Transfer-Encoding, two lengths, an encoding other
 * than chunked; no Host or two; a Host that is not a name of loopback where the server listens there
 * (DNS rebinding); a path with dot segments, encoded slashes, backslashes, control characters, empty
 * segments or broken escapes; broken chunks</td></tr>
 * <tr><td>403</td><td>a request that changes something, from a page of another origin</td></tr>
 * <tr><td>404, 405</td><td>no route; no route of this method (with Allow)</td></tr>
 * <tr><td>408</td><td>a body that stops or drips</td></tr>
 * <tr><td>413, 414, 431</td><td>body, request line, header fields too long; a gzip body that swells
 * beyond its route's limit or its ratio</td></tr>
 * <tr><td>415</td><td>a content coding other than gzip</td></tr>
 * <tr><td>503</td><td>too many connections, or the server is stopping</td></tr>
 * <tr><td>505</td><td>another major version</td></tr>
 * </table>
 *
 * <p>Each error has the body {@code {"error": text, "fault": "PEER|DISK|OPERATOR|STRATA", "where":
 * "METHOD path"}}; the query, which can hold names, is never repeated. HEAD is answered by the GET
 * route without a body, OPTIONS with Allow, and a preflight of an allowed origin with what it may.
 *
 * <p>HTTP/2 is spoken to a peer that begins with its preface (prior knowledge), over TLS to one
 * that agreed to it by ALPN. A breach of its framing, rapid reset among them, is answered by
 * GOAWAY; a response that breaks by RST_STREAM. JSON, XML and text go out in gzip to who takes it;
 * their strong ETag is then a weak one.
 *
 * <p>Invariants: memory per connection is constant, whatever the length of body and response; a
 * response that is cut short is never taken for a whole one; a request whose framing is doubtful is
 * the last one of its connection; every response carries {@code nosniff}, and unless its handler
 * says otherwise {@code no-store} and a policy under which nothing runs.
 */
package strata.network.http;
