package io.opengcks.benchmarks;

import io.opengcks.keytree.KeyTree;
import io.opengcks.keytree.LkhTree;
import io.opengcks.keytree.OfcTree;
import io.opengcks.keytree.OftTree;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * How the three trees grow from 10^3 to 10^7 members: heap, a leave, a snapshot. Run in full it writes the table and the plot,
 * {@code docs/keytree-scale.md} and {@code .svg}, below the system property {@code opengcks.home}.
 */
final class KeyTreeScaleBench implements Bench {
    private static final int SECRET_OCTETS = 16;
    /** One GiB for ten million members. */
    private static final double BYTES_PER_MEMBER = (double) (1 << 30) / 10_000_000;

    private final KeyTreeBench bench = new KeyTreeBench();

    /** A tree to be measured. */
    private enum Kind {
        LKH("LKH, d = 4", "#1b6ca8"),
        OFC("OFC", "#c1440e"),
        OFT("OFT", "#3f7d20");

        private final String title;
        private final String colour;

        Kind(String title, String colour) {
            this.title = title;
            this.colour = colour;
        }

        KeyTree make() {
            return switch (this) {
                case LKH -> new LkhTree(4, SECRET_OCTETS);
                case OFC -> new OfcTree(SECRET_OCTETS);
                case OFT -> new OftTree(SECRET_OCTETS);
            };
        }
    }

    /** One measured tree. */
    private record Row(
            Kind kind,
            int members,
            int height,
            double heapOctets,
            double wraps,
            double leaveMicros,
            double bareMicros,
            double snapshotOctets,
            double snapshotSeconds) {}

    @Override
    public String name() {
        return "keytree-scale";
    }

    @Override
    public String title() {
        return "LKH, OFC, OFT from 10^3 to 10^7 members; in full it writes docs/keytree-scale.md and .svg";
    }

    @Override
    public void run(boolean quick, Consumer<Figure> figures) throws Exception {
        var rows = new ArrayList<Row>();
        for (Kind kind : Kind.values()) {
            for (int members = 1_000; members <= (quick ? 100_000 : 10_000_000); members *= 10) {
                rows.add(measure(kind, members, quick ? 5 : 20, figures));
            }
        }
        String home = System.getProperty("opengcks.home");
        if (!quick && home != null) {
            Path docs = Path.of(home, "docs");
            Files.writeString(docs.resolve("keytree-scale.md"), table(rows));
            Files.writeString(docs.resolve("keytree-scale.svg"), plot(rows));
        }
    }

    private Row measure(Kind kind, int members, int rounds, Consumer<Figure> figures) throws Exception {
        long before = KeyTreeBench.usedHeap();
        KeyTree tree = bench.filled(kind.make(), members);
        double heap = (double) (KeyTreeBench.usedHeap() - before) / members;
        var conditions = Map.of("members", members, "tree", kind.title, "secretOctets", SECRET_OCTETS);
        figures.accept(Figure.of(name(), "heap per member", heap, "B", BYTES_PER_MEMBER, conditions));
        Figure leave = bench.changes("leave, " + kind.title, tree, 1, Math.min(200, members / 10), rounds);
        figures.accept(
                Figure.of(name(), leave.figure(), leave.value(), leave.unit(), leave.limit(), leave.parameters()));
        var counter = new Counter();
        long start = System.nanoTime();
        tree.writeSnapshot(counter);
        double seconds = (System.nanoTime() - start) / 1e9;
        double wraps = KeyTreeBench.wraps(leave);
        return new Row(
                kind,
                members,
                tree.height(),
                heap,
                wraps,
                leave.value(),
                leave.limit(),
                (double) counter.octets / members,
                seconds);
    }

    /** Takes a snapshot of any size and keeps none of it. */
    private static final class Counter extends OutputStream {
        private long octets;

        @Override
        public void write(int octet) {
            octets++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            octets += length;
        }
    }

    private static String table(List<Row> rows) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                """
                # How the key trees grow

                Written by `./opengcks bench keytree-scale`. Secrets of %d octets; every tree was filled in steps of 100 000 joiners, and
                each leaver's place was taken again. A leave is planned, applied and wrapped with AES key wrap (RFC 3394); the limit is the bare
                wrapping of the same keys in the same run. For OFC and OFT it does not count the one-way functions, which stand where LKH wraps
                more. Heap is what is reachable after full collections, members' index included; an operator's budget of 1 GiB for ten million members is
                107 octets each. %d processors, load while measuring %.1f, Java %s.

                ![time of a leave and heap per member by size of the group](keytree-scale.svg)

                | tree | members | height | wraps of a leave | leave, µs | bare wraps, µs | ratio | heap, octets a member | snapshot, octets a member | snapshot, s |
                |---|---|---|---|---|---|---|---|---|---|
                """,
                SECRET_OCTETS,
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                System.getProperty("java.version")));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %d | %.1f | %.1f | %.1f | %.2f | %.1f | %.1f | %.2f |%n",
                    row.kind.title,
                    row.members,
                    row.height,
                    row.wraps,
                    row.leaveMicros,
                    row.bareMicros,
                    row.leaveMicros / row.bareMicros,
                    row.heapOctets,
                    row.snapshotOctets,
                    row.snapshotSeconds));
        }
        return text.toString();
    }

    private static String plot(List<Row> rows) {
        double slowest = rows.stream().mapToDouble(Row::leaveMicros).max().orElse(1);
        double largest = rows.stream().mapToDouble(Row::heapOctets).max().orElse(1);
        var svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 340" font-family="sans-serif" font-size="12">
                <rect width="860" height="340" fill="white"/>
                """);
        panel(svg, 60, "a leave, µs", slowest, rows, Kind.values(), Row::leaveMicros);
        panel(svg, 490, "heap, octets a member", largest, rows, Kind.values(), Row::heapOctets);
        return svg.append("</svg>\n").toString();
    }

    private static void panel(
            StringBuilder svg,
            int left,
            String title,
            double most,
            List<Row> rows,
            Kind[] kinds,
            ToDoubleFunction<Row> value) {
        double step = Math.pow(10, Math.floor(Math.log10(most)));
        step = most / step > 5 ? step * 2 : most / step > 2 ? step : step / 2;
        int lines = (int) Math.ceil(most / step);
        line(svg, String.format(Locale.ROOT, "<text x=\"%d\" y=\"24\" font-size=\"14\">%s</text>", left, title));
        for (int i = 0; i <= lines; i++) {
            double y = 290 - 240.0 * i / lines;
            line(svg, String.format(Locale.ROOT, "<path d=\"M%d %.1fh320\" stroke=\"#ddd\"/>", left, y));
            line(
                    svg,
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>",
                            left - 6,
                            y + 4,
                            i * step));
        }
        for (int power = 3; power <= 7; power++) {
            line(
                    svg,
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.0f\" y=\"308\" text-anchor=\"middle\">10<tspan dy=\"-5\" font-size=\"9\">%d</tspan></text>",
                            left + 20 + 70.0 * (power - 3),
                            power));
        }
        line(
                svg,
                String.format(
                        Locale.ROOT, "<text x=\"%d\" y=\"330\" text-anchor=\"middle\">members</text>", left + 160));
        for (Kind kind : kinds) {
            var points = new StringBuilder();
            for (Row row : rows) {
                if (row.kind == kind) {
                    double x = left + 20 + 70 * (Math.log10(row.members) - 3);
                    double y = 290 - 240 * value.applyAsDouble(row) / (lines * step);
                    points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
                }
            }
            line(
                    svg,
                    String.format(
                            Locale.ROOT,
                            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                            points,
                            kind.colour));
            int at = left + 20 + 95 * List.of(kinds).indexOf(kind);
            line(
                    svg,
                    String.format(
                            Locale.ROOT, "<text x=\"%d\" y=\"42\" fill=\"%s\">%s</text>", at, kind.colour, kind.title));
        }
    }

    private static void line(StringBuilder svg, String line) {
        svg.append(line).append('\n');
    }
}
