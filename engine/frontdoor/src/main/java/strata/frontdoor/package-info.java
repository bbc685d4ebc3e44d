/** To be described. */
package strata.frontdoor;
