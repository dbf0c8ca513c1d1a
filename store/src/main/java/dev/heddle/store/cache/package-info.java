/** Binary caches: NARs and what is known of them as files, to be fetched by others. */
package dev.heddle.store.cache;
