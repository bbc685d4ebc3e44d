/**
 * The integrity report: what a site knows of the rightness of its copies, for a period, signed.
 *
 * <p>Reading order: {@link strata.console.integrity.IntegrityReport} (what is in it),
 * {@link strata.console.integrity.AuditFacts} (what the audit trail says, through the port
 * {@link strata.console.integrity.AuditReading}), {@link strata.console.integrity.IntegrityPages}
 * (how it is made); inside ReportSection, ReportText and ReportJson (its three forms).
 *
 * <p>Invariants: all forms say the same and are signed each on its own, by
 * {@link strata.tier.crypto.SignedText}; nothing of a patient is in it, UIDs are; making it changes
 * nothing but the audit trail, which keeps its SHA-256.
 */
package strata.console.integrity;
