package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opengcks.keytree.MemberKeys.Outcome;
import io.opengcks.keytree.RekeyPackets.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

/** Each member reaches the group key with the one packet for its leaf, and the packets keep to their size. */
class RekeyPacketsTest {
    private static final KeyWrap WRAP = AesKeyWrap.KWP;
    /** Key ID, wrap key ID and length; kind and up to three IDs. */
    private static final int WRAP_OCTETS = 10;

    private static final int STEP_OCTETS = 13;

    private final SplittableRandom random = new SplittableRandom(31);

    @Property(tries = 400)
    void oneMemberOnePacket(
            @ForAll Deployment.Flavour flavour,
            @ForAll @IntRange(min = 2, max = 150) int members,
            @ForAll @NotEmpty List<@IntRange(max = 149) Integer> leavers,
            @ForAll @IntRange(max = 20) int joiners,
            @ForAll @IntRange(min = 600, max = 1400) int packetOctets) {
        var size = new Size(packetOctets, WRAP_OCTETS, STEP_OCTETS);
        var group = new Deployment(flavour, members);
        group.update(LongStream.range(0, members).boxed().toList(), List.of());
        Map<Long, Object> before = new HashMap<>(group.inside.size());
        group.inside
                .keySet()
                .forEach(member ->
                        before.put(member, group.member(group.tree.path(member), group.tree.derivations(member))));
        var gone = new HashSet<Long>();
        leavers.stream().filter(leaver -> leaver < members).forEach(leaver -> gone.add((long) leaver));
        var delta = group.update(LongStream.range(200, 200 + joiners).boxed().toList(), gone);
        before.keySet().removeAll(gone);
        var sealed = WrappedKey.seal(group.tree.wraps(delta), group.groupKey(), WRAP);
        var packets = RekeyPackets.cut(group.tree, delta, sealed, size);
        before.forEach((member, keys) -> {
            int leaf = ((PlacedTree) group.tree).leafOf(member);
            var mine = packets.stream().filter(packet -> packet.isFor(leaf)).toList();
            if (delta.needsMessage()) {
                assertThat(mine).as("packets for leaf %d of %s", leaf, packets).hasSize(1);
                var outcome = Deployment.receive(
                        keys, mine.getFirst().wraps(), mine.getFirst().derivations());
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Reached.class,
                                reached -> assertThat(reached.groupKey()).isEqualTo(group.groupKey()));
            }
        });
        packets.forEach(packet -> assertThat(octets(packet)).isLessThanOrEqualTo(packetOctets));
        var said = new HashSet<WrappedKey>();
        packets.forEach(packet -> said.addAll(packet.wraps()));
        assertThat(said).hasSameSizeAs(sealed);
    }

    private static int octets(RekeyPacket packet) {
        int wraps = packet.wraps().stream()
                .mapToInt(wrap -> WRAP_OCTETS + wrap.octets().length)
                .sum();
        return wraps + STEP_OCTETS * packet.derivations().size();
    }

    private LkhTree full(int members) {
        var tree = new LkhTree(4, 16);
        tree.apply(tree.planUpdate(LongStream.range(0, members).boxed().toList(), List.of(), random::nextBytes));
        return tree;
    }

    /** What is said twice, so that nobody needs two packets: the literature has 5 to 10 % for packets of some 46 keys. */
    @Test
    void littleIsSaidTwice() {
        var tree = full(4096);
        var leavers = new LinkedHashSet<Long>();
        while (leavers.size() < 1024) {
            leavers.add((long) random.nextInt(4096));
        }
        var delta = tree.planUpdate(List.of(), leavers, random::nextBytes);
        tree.apply(delta);
        var sealed = WrappedKey.seal(tree.wraps(delta), new byte[16], WRAP);
        var packets = RekeyPackets.cut(tree, delta, sealed, new Size(46 * 34, WRAP_OCTETS, STEP_OCTETS));
        int said = packets.stream().mapToInt(packet -> packet.wraps().size()).sum();
        assertThat(said).isBetween(sealed.size(), sealed.size() * 110 / 100);
        assertThat(packets).extracting(RekeyPacket::part).containsOnly(0);
    }

    @Test
    void aPacketTooShortForOneMemberMakesParts() {
        var tree = full(256);
        var before = new MemberKeys(tree.path(3));
        var delta = tree.planUpdate(List.of(), List.of(2L), random::nextBytes);
        tree.apply(delta);
        byte[] groupKey = new byte[16];
        var sealed = WrappedKey.seal(tree.wraps(delta), groupKey, WRAP);
        // Room for two wraps, where the leaver's neighbours need four.
        var packets = RekeyPackets.cut(tree, delta, sealed, new Size(70, WRAP_OCTETS, STEP_OCTETS));
        var mine = packets.stream().filter(packet -> packet.isFor(3)).toList();
        assertThat(mine).extracting(RekeyPacket::part).containsExactly(0, 1);
        var both = new ArrayList<>(mine.getFirst().wraps());
        both.addAll(mine.getLast().wraps());
        assertThat(before.receive(both, WRAP)).isInstanceOf(Outcome.Reached.class);
        assertThat(packets.stream().filter(packet -> packet.isFor(200))).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RekeyPackets.cut(tree, delta, sealed, new Size(33, WRAP_OCTETS, STEP_OCTETS)));
    }

    @Test
    void noMessageNoPackets() {
        var tree = full(16);
        var delta = tree.planUpdate(List.of(99L), List.of(), random::nextBytes);
        tree.apply(delta);
        assertThat(RekeyPackets.cut(tree, delta, List.of(), new Size(100, 1, 1)))
                .isEmpty();
        var foreign = new WrappedKey(123_456, 654_321, new byte[8]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RekeyPackets.cut(tree, delta, List.of(foreign), new Size(100, 1, 1)));
    }
}
