/** To be described. */
package strata.image;
