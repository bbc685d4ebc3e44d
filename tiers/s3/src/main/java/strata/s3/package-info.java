/** To be described. */
package strata.s3;
