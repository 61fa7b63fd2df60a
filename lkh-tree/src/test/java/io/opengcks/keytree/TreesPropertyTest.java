package io.opengcks.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

/** Who can compute which key, over random histories of every tree and rule of joining that keeps old keys from joiners. */
class TreesPropertyTest {
    static final int REFRESH = 30;

    private static TreeDelta change(Deployment group, List<Integer> batch) {
        if (batch.getFirst() == REFRESH && group.tree.size() > 0) {
            return group.refresh();
        }
        var joins = new ArrayList<Long>();
        var leaves = new ArrayList<Long>();
        for (int member : new HashSet<>(batch)) {
            (group.inside.containsKey((long) member) ? leaves : joins).add((long) member);
        }
        return group.update(joins, leaves);
    }

    @Property(tries = 600)
    void everyMemberHasTheGroupKeyAndNoCoalitionFindsOneOfAnotherTime(
            @ForAll Deployment.Flavour flavour,
            @ForAll @Size(max = 18) List<@NotEmpty @Size(max = 6) List<@IntRange(max = REFRESH) Integer>> batches,
            @ForAll long seed) {
        var group = new Deployment(flavour, seed);
        batches.forEach(batch -> {
            change(group, batch);
            group.everyoneInsideHoldsItsPath();
        });
        var everyone = LongStream.rangeClosed(0, REFRESH).boxed().toList();
        for (long member : everyone) {
            assertThat(group.wronglyFound(List.of(member), false)).isEmpty();
        }
        for (int draw = 0; draw < 20; draw++) {
            int among = 2 + draw % 5;
            var coalition = group.random
                    .ints(among, 0, REFRESH + 1)
                    .mapToObj(member -> (long) member)
                    .toList();
            assertThat(group.wronglyFound(coalition, false))
                    .as("%s together", coalition)
                    .isEmpty();
        }
    }

    /** Small groups with much coming and going, where coalitions that complete each other are likely, and all pairs and triples. */
    @Property(tries = 400)
    void noPairAndNoTripleWorksTogether(
            @ForAll Deployment.Flavour flavour,
            @ForAll @Size(min = 5, max = 25) List<@NotEmpty @Size(max = 2) List<@IntRange(max = 8) Integer>> batches,
            @ForAll long seed) {
        var group = new Deployment(flavour, seed);
        batches.forEach(batch -> change(group, batch));
        for (long first = 0; first <= 8; first++) {
            for (long second = first + 1; second <= 8; second++) {
                for (long third = second; third <= 8; third++) {
                    assertThat(group.wronglyFound(List.of(first, second, third), false))
                            .isEmpty();
                }
            }
        }
    }

    /** The attack of Horng (2002) on the OFT as published: it is found where steps forward could be taken back, and only there. */
    @Example
    void inAnOftAnEvictedMemberAndALaterJoinerFindNothingOnlyBecauseBlindedKeysStepForward() {
        var group = new Deployment(Deployment.Flavour.OFT, 1);
        group.update(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), List.of());
        group.update(List.of(), List.of(1L));
        group.update(List.of(), List.of(8L));
        // Lands in the half of 1, which has not changed since 8 knew its blinded key; the other one has not changed
        // since 8 left.
        group.update(List.of(9L), List.of());
        assertThat(((PlacedTree) group.tree).leafOf(9)).isZero();
        var coalition = List.of(8L, 9L);
        assertThat(group.wronglyFound(coalition, true)).isNotEmpty();
        assertThat(group.wronglyFound(coalition, false)).isEmpty();
    }
}
