package io.opengcks.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./opengcks bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Runs benchmarks; each figure is a ratio to a limit measured in the same run.",
        footer = {"", "Example:  ./opengcks bench esp --quick"})
final class Main implements Callable<Integer> {
    private static final List<Bench> BENCHES = List.of(new EspBench(), new KeyTreeBench(), new KeyTreeScaleBench());

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "which; without a name they are listed")
    List<String> names = List.of();

    @Option(names = "--json", description = "one JSON object a line instead of a table")
    boolean json;

    @Option(names = "--quick", description = "under a minute each, with wider error")
    boolean quick;

    private Main() {}

    public static void main(String[] arguments) {
        System.setProperty("logback.configurationFile", "logback-bench.xml");
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (names.isEmpty()) {
            BENCHES.forEach(bench -> System.out.printf(Locale.ROOT, "%-14s %s%n", bench.name(), bench.title()));
            return 0;
        }
        for (String name : names) {
            if (BENCHES.stream().noneMatch(bench -> bench.name().equals(name))) {
                System.err.println("no benchmark '" + name + "'; without a name they are listed");
                return 2;
            }
        }
        Consumer<Figure> out = json ? jsonLines() : Main::tableRow;
        for (Bench bench : BENCHES) {
            if (names.contains(bench.name())) {
                bench.run(quick, out);
            }
        }
        return 0;
    }

    private static Consumer<Figure> jsonLines() {
        JsonMapper mapper = JsonMapper.builder().build();
        return figure -> System.out.println(mapper.writeValueAsString(figure));
    }

    private static void tableRow(Figure figure) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %-44s %14.3f %-10s limit %14.3f  ratio %6.3f  %s%n",
                figure.bench(),
                figure.figure(),
                figure.value(),
                figure.unit(),
                figure.limit(),
                figure.ratio(),
                figure.parameters());
    }
}
