/** To be described. */
package strata.store;
