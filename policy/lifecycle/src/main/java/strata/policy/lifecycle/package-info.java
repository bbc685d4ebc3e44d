/** To be described. */
package strata.policy.lifecycle;
