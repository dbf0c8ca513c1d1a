/** Strict reading of JSON, with places for errors. Not exported: jackson-core stays behind it. */
package dev.heddle.core.json;
