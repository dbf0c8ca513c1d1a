package dev.heddle.samples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What picocli says of wrong usage, in words of people: it names types of Java, and doubles a word. */
final class PicocliWords {

    private static final Pattern TYPE = Pattern.compile(" is not an? (int|long|double|float|boolean)$");

    private PicocliWords() {}

    /** The same message; one of which nothing is known stays as it is. */
    static String mended(String message) {
        Matcher type = TYPE.matcher(message);
        if (type.find()) {
            String wanted = switch (type.group(1)) {
                case "int", "long" -> "a whole number in its range";
                case "boolean" -> "true or false";
                default -> "a number";
            };
            return message.substring(0, type.start()) + " is not " + wanted;
        }
        return message.replaceFirst("^Error: ", "")
                .replaceFirst(" are mutually exclusive \\(specify only one\\)$", " exclude one another")
                .replaceFirst("^Value for option option ", "The value of option ")
                .replaceFirst(" should be in KEY=VALUE format but was ", " needs the form NAME=VALUE and is ");
    }
}
