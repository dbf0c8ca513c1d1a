package broken;

/** Part of the broken variant: it does not compile. */
final class Misspelt {
    int length(String text) {
        return text.lenght();
    }
}
