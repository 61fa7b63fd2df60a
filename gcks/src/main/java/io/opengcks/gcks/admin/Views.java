package io.opengcks.gcks.admin;

import io.opengcks.gcks.config.GroupJson;
import io.opengcks.gcks.group.EvictionResult;
import io.opengcks.gcks.group.GroupView;
import io.opengcks.gcks.group.MemberView;
import io.opengcks.gcks.group.RekeyResult;
import io.opengcks.protocols.settings.Section;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.List;

/** What the administration shows, as JSON; the OpenAPI document has the same shapes. */
final class Views {
    private Views() {}

    static JsonObject summary(GroupView group) {
        return new JsonObject()
                .put("group", group.identity().toString())
                .put("members", group.members())
                .put("barred", group.barred().size())
                .put("created", group.created().toString());
    }

    static JsonObject group(GroupView group) {
        var barred = new JsonArray();
        group.barred().forEach(identity -> barred.add(identity.toString()));
        var dataSas = new JsonArray();
        group.dataSas().forEach(sa -> dataSas.add(dataSa(sa)));
        GroupView.RekeySaView rekeySa = group.rekeySa();
        return summary(group)
                .put("barred", barred)
                .put("sequence", group.sequence())
                .put("resets", group.resets())
                .put(
                        "senderIds",
                        new JsonObject().put("given", group.senderIdsGiven()).put("total", group.senderIdsTotal()))
                .put(
                        "rekeySa",
                        new JsonObject()
                                .put("spi", rekeySa.spi())
                                .put("nextMessageId", rekeySa.nextMessageId())
                                .put("created", rekeySa.created().toString())
                                .put("expires", rekeySa.expires().toString()))
                .put("dataSas", dataSas)
                .put("policy", GroupJson.policy(group.policy()));
    }

    private static JsonObject dataSa(GroupView.DataSaView sa) {
        var json = new JsonObject()
                .put("spi", spi(sa.spi()))
                .put("flow", GroupJson.flow(sa.flow()))
                .put("created", sa.created().toString())
                .put("expires", sa.expires().toString());
        sa.retired().ifPresent(retired -> json.put("retired", retired.toString()));
        return json;
    }

    static JsonObject member(MemberView member) {
        var json = new JsonObject()
                .put("identity", member.identity().toString())
                .put("face", member.face().label())
                .put("role", Section.written(member.role()))
                .put("senderIds", new JsonArray(List.copyOf(member.senderIds())))
                .put("registered", member.registered().toString())
                .put("leafKeyId", Integer.toUnsignedLong(member.leafKeyId()));
        member.certificateSubject().ifPresent(subject -> json.put("certificateSubject", subject));
        return json;
    }

    static JsonObject rekey(RekeyResult result) {
        var messages = new JsonArray();
        result.messages()
                .forEach(message -> messages.add(new JsonObject()
                        .put("rekeySpi", message.rekeySpi())
                        .put("messageId", message.messageId())
                        .put("octets", message.octets())));
        var spis = new JsonArray();
        result.newSpis().forEach(spi -> spis.add(spi(spi)));
        return new JsonObject()
                .put("messages", messages)
                .put("newSpis", spis)
                .put("wraps", result.wraps())
                .put("octets", result.octets());
    }

    static JsonObject eviction(EvictionResult result) {
        return new JsonObject()
                .put("wasMember", result.wasMember())
                .put("barred", result.barred())
                .put("rekey", rekey(result.rekey()));
    }

    private static String spi(long spi) {
        return "0x" + HexFormat.of().toHexDigits(spi, 8);
    }
}
