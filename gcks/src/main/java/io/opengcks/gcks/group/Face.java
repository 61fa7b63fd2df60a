package io.opengcks.gcks.group;

/** The protocols by which members come in. */
public enum Face {
    G_IKEV2("g-ikev2");

    private final String label;

    Face(String label) {
        this.label = label;
    }

    /** Name in logs, metrics and the administration; part of the label under which the face derives its node keys. */
    public String label() {
        return label;
    }
}
