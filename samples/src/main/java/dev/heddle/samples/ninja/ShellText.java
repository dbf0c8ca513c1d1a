package dev.heddle.samples.ninja;

import dev.heddle.core.Command;

/** Makes a raw command line into one for the shell. */
final class ShellText {

    private ShellText() {}

    /**
     * The command of a raw line. One that is no UTF-8 cannot be held in a string of Java: it is spelled in octal for the
     * shell to put together.
     */
    static Command command(String raw) {
        String text = Raw.textOrNull(raw);
        if (text != null) {
            return Command.shell(text);
        }
        StringBuilder line = new StringBuilder("eval \"$(printf '");
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
            if (plain) {
                line.append(c);
            } else {
                line.append(String.format("\\%03o", (int) c));
            }
        }
        return Command.shell(line.append("')\"").toString());
    }
}
