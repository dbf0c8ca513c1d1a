package dev.heddle.samples.ninja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule: templates by the name of the variable that each one defines.
 *
 * @param name number of its name in the manifest's texts
 * @param variables numbers of the names of its variables
 * @param templates what they are, at the same places
 */
record Rule(int name, List<Integer> variables, List<Template> templates) {

    Rule {
        variables = List.copyOf(variables);
        templates = List.copyOf(templates);
    }

    @Nullable
    Template template(int variable) {
        for (int i = 0; i < variables.size(); i++) {
            if (variables.get(i) == variable) {
                return templates.get(i);
            }
        }
        return null;
    }
}
