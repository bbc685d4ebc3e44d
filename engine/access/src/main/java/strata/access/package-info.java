/**
 * Who may do what over HTTP: proofs (bearer tokens of an identity provider, local accounts with
 * one-time codes, client certificates), roles, and the studies that a user may know of.
 *
 * <p>Reading order: {@link strata.access.Gate}, which is asked before each handler;
 * {@link strata.access.RouteRights} (roles by route, everything else is denied) with
 * {@link strata.access.Role}; {@link strata.access.User} and {@link strata.access.StudyScope};
 * {@link strata.access.TokenCheck} with {@link strata.access.TokenSettings} and KeySource;
 * {@link strata.access.Logins} with {@link strata.access.AccountFile},
 * {@link strata.access.PasswordHash} and {@link strata.access.OneTimeCode};
 * {@link strata.access.SessionRoutes}.
 *
 * <h2>The file of accounts</h2>
 *
 * <p>One JSON object: {@code kind} is {@code strata-accounts}, {@code version} is 1,
 * {@code accounts} a list of objects with {@code name}, {@code roles}, {@code password} (a PHC
 * string of Argon2id), and where they are set {@code code} (the secret of RFC 6238 in base 32),
 * {@code institutions} and {@code accessions}. It is replaced as a whole, and read again when it
 * has changed; others may not be able to read it.
 *
 * <p>Invariants: what is not allowed is denied; a proof that is shown and wrong is refused whatever
 * else is shown; neither passwords, codes, tokens nor keys are in messages, logs or the audit
 * trail; nothing that a token says is fetched or opened; memory for callers is bounded.
 */
package strata.access;
