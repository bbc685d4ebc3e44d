/** To be described. */
package strata.tier;
