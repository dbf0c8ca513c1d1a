package dev.heddle.store.local;

import java.util.List;

/**
 * What a verification found.
 *
 * @param paths how many valid paths were looked at
 * @param bytes the size of the archives that were hashed
 * @param findings the paths that were not as registered, those that others refer to first
 * @param badLinks names in {@code .links} whose file has other content than the name says; removed by a repair, so that
 *     nothing is linked to them again
 */
public record VerifyResult(long paths, long bytes, List<VerifyFinding> findings, List<String> badLinks) {

    /** Copies the lists. */
    public VerifyResult {
        findings = List.copyOf(findings);
        badLinks = List.copyOf(badLinks);
    }

    /** Whether every valid path is as it was registered, by now. */
    public boolean isGood() {
        return findings.stream().allMatch(VerifyFinding::isMended);
    }
}
