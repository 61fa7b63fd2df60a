package io.opengcks.samples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the table of docs/adr/0001-rooms.md: who may use whom. */
class RoomsTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.opengcks");

    private static final String[] JDK = {"java..", "javax..", "jdk..", "com.sun.net.httpserver..", "org.jspecify.."};

    @Test
    void keyTreesUseTheJdkAloneButForParity() {
        mayUse("io.opengcks.keytree..", "org.apache.ozone.erasurecode..");
        noClasses()
                .that()
                .resideInAPackage("io.opengcks.keytree..")
                .and()
                .doNotHaveSimpleName("RekeyParity")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ozone..")
                .check(ALL);
    }

    @Test
    void teslaUsesTheJdkAlone() {
        mayUse("io.opengcks.tesla..");
    }

    @Test
    void espUsesNetty() {
        mayUse("io.opengcks.esp..", "io.netty..");
    }

    @Test
    void protocolsUseBouncyCastle() {
        mayUse(
                "io.opengcks.protocols..",
                "org.bouncycastle..",
                "com.amazon.corretto..",
                "tools.jackson..",
                "com.fasterxml.jackson.annotation..",
                "org.snakeyaml..");
    }

    @Test
    void onlySettingsUseJackson() {
        noClasses()
                .that()
                .resideInAPackage("io.opengcks.protocols..")
                .and()
                .resideOutsideOfPackage("io.opengcks.protocols.settings..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml..", "org.snakeyaml..")
                .check(ALL);
    }

    @Test
    void theKeyServerKnowsNeitherEspNorTheMember() {
        noClasses()
                .that()
                .resideInAPackage("io.opengcks.gcks..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.opengcks.esp..",
                        "io.opengcks.member..",
                        "io.opengcks.samples..",
                        "io.opengcks.benchmarks..")
                .check(ALL);
    }

    @Test
    void theMemberKnowsNoKeyServer() {
        noClasses()
                .that()
                .resideInAPackage("io.opengcks.member..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opengcks.gcks..", "io.opengcks.samples..", "io.opengcks.benchmarks..")
                .check(ALL);
    }

    @Test
    void theGroupCoreKnowsNoWireFormatAndNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage("io.opengcks.gcks.group..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.opengcks.protocols.ikev2..",
                        "io.opengcks.protocols.gikev2..",
                        "io.netty..",
                        "io.vertx..",
                        "java.sql..")
                .check(ALL);
    }

    /** A protocol machine is handed sockets, clocks and threads' work as data (docs/adr/0002-sans-io.md). */
    @Test
    void protocolMachinesOpenNoSocketAndReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage("io.opengcks.protocols.ikev2..", "io.opengcks.protocols.gikev2..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.net\\.(Datagram|Multicast|Server)?Socket|java\\.lang\\.Thread|java\\.nio\\.channels\\..*")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(ALL);
    }

    private static void mayUse(String room, String... others) {
        String[] allowed = java.util.stream.Stream.of(JDK, new String[] {room}, others)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(ALL);
    }
}
