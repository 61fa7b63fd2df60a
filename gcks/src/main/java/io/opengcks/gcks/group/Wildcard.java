package io.opengcks.gcks.group;

/**
 * Patterns with {@code *}. Greedy with one point of return, so the cost is at most pattern length times name length: a pattern
 * cannot be made that takes exponential time.
 */
final class Wildcard {
    private static final String CASE_MATTERS = "key-id:";

    private Wildcard() {}

    static boolean matches(String pattern, String name) {
        boolean foldCase = !name.startsWith(CASE_MATTERS);
        int p = 0;
        int n = 0;
        int star = -1; // the last star seen, to which a mismatch returns
        int resume = 0; // where the name goes on if that star takes one character more
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (p < pattern.length() && same(pattern.charAt(p), name.charAt(n), foldCase)) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static boolean same(char a, char b, boolean foldCase) {
        return a == b || (foldCase && lower(a) == lower(b));
    }

    /** ASCII only: what a locale or Unicode thinks equal must not admit anybody. */
    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
}
