package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Against the map of the JDK. */
class MemberIndexTest {
    @Property
    void findsWhatAMapFinds(@ForAll @Size(max = 400) List<@IntRange(max = 150) Integer> toggles, @ForAll long spread) {
        var leaves = new Level(16, true);
        var index = new MemberIndex(leaves);
        Map<Long, Integer> expected = new HashMap<>();
        int leaf = 0;
        for (int toggle : toggles) {
            long member = toggle * (spread | 1);
            if (expected.remove(member) == null) {
                leaves.ensure(leaf + 1);
                leaves.occupant(leaf, member);
                index.put(member, leaf);
                expected.put(member, leaf++);
            } else {
                index.remove(member);
            }
            for (long probe = 0; probe <= 150; probe++) {
                assertThat(index.find(probe * (spread | 1))).isEqualTo(expected.getOrDefault(probe * (spread | 1), -1));
            }
        }
    }
}
