package dev.heddle.samples.ninja;

import org.jspecify.annotations.Nullable;

/**
 * A rule: templates by the name of the variable that each one defines.
 *
 * @param name number of its name in the manifest's texts
 * @param variables numbers of the names of its variables
 * @param templates what they are, at the same places
 */
record Rule(int name, int[] variables, Template[] templates) {

    @Nullable Template template(int variable) {
        for (int i = 0; i < variables.length; i++) {
            if (variables[i] == variable) {
                return templates[i];
            }
        }
        return null;
    }
}
