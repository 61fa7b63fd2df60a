package io.opengcks.keytree;

/** Which tree a snapshot or a delta is of. */
enum TreeKind {
    LKH(0, 0),
    OFC(1, 1),
    OFT(2, 1);

    /** One more than the largest code. */
    static final int CODES = 3;

    private final int code;
    private final int storedRoots;

    TreeKind(int code, int storedRoots) {
        this.code = code;
        this.storedRoots = storedRoots;
    }

    /** Which stands in octets. */
    int code() {
        return code;
    }

    static TreeKind of(int code) {
        return switch (code) {
            case 0 -> LKH;
            case 1 -> OFC;
            case 2 -> OFT;
            default -> throw new IllegalArgumentException("no kind of tree " + code);
        };
    }

    /** 1 where the tree has a key of the root itself, which the group key follows from; else 0. */
    int storedRoots() {
        return storedRoots;
    }
}
