package io.opengcks.gcks.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a command found: for people, or as one JSON object. */
final class Output {
    private enum Form {
        TEXT,
        JSON
    }

    @Option(
            names = "--output",
            paramLabel = "FORM",
            description = "text or json. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Form form = Form.TEXT;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    /** Text as rows and columns of one width each; the first row is the heading. */
    interface Text {
        List<List<String>> rows();
    }

    void print(JsonObject json, Text text) {
        PrintWriter out = command.commandLine().getOut();
        switch (form) {
            case JSON -> out.println(json.encode());
            case TEXT -> table(out, text.rows());
        }
        out.flush();
    }

    private static void table(PrintWriter out, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                int width = row.get(column).length();
                if (column == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(column, Math.max(widths.get(column), width));
                }
            }
        }
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                boolean last = column == row.size() - 1;
                line.append(cell).append(last ? "" : " ".repeat(widths.get(column) - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
