/** To be described. */
package strata.policy.language;
