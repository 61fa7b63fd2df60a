package io.opengcks.gcks.config;

import io.opengcks.gcks.group.Flow;
import io.opengcks.gcks.group.GroupPolicy;
import io.opengcks.gcks.group.MemberRule;
import io.opengcks.gcks.group.RekeyPolicy;
import io.opengcks.protocols.settings.Section;
import io.opengcks.protocols.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A policy as {@link GroupDefinition} reads it back. */
public final class GroupJson {
    private GroupJson() {}

    /** Every key, also those that have their default. */
    public static JsonObject policy(GroupPolicy policy) {
        var flows = new JsonArray();
        policy.flows().forEach(flow -> flows.add(flow(flow)));
        var json = new JsonObject()
                .put("flows", flows)
                .put("suite", Section.written(policy.suite()))
                .put("mode", Section.written(policy.mode()));
        policy.udpPort()
                .ifPresentOrElse(port -> json.put("udpPort", port), () -> json.put("udpPort", GroupDefinition.NO_PORT));
        return json.put("multipleSenders", policy.multipleSenders())
                .put("senderIdBits", policy.senderIdBits())
                .put("senderIdsPerMember", policy.senderIdsPerMember())
                .put("replayWindow", policy.replayWindow())
                .put("tekLifetime", Settings.text(policy.tekLifetime()))
                .put("kekLifetime", Settings.text(policy.kekLifetime()))
                .put("atdSeconds", policy.atdSeconds())
                .put("dtdSeconds", policy.dtdSeconds())
                .put("evictionAtdSeconds", policy.evictionAtdSeconds())
                .put("evictionDtdSeconds", policy.evictionDtdSeconds())
                .put("rekey", rekey(policy.rekey()))
                .put("mayJoin", rules(policy.mayJoin()))
                .put("maySend", rules(policy.maySend()))
                .put("maxMembers", policy.maxMembers());
    }

    /** A flow. */
    public static JsonObject flow(Flow flow) {
        var json =
                new JsonObject().put("address", flow.group().getHostAddress()).put("port", flow.port());
        flow.source().ifPresent(source -> json.put("source", source.getHostAddress()));
        return json;
    }

    private static JsonObject rekey(RekeyPolicy rekey) {
        var json = new JsonObject()
                .put("address", rekey.address().getHostAddress())
                .put("port", rekey.port());
        rekey.source().ifPresent(source -> json.put("source", source.getHostAddress()));
        return json.put("encryptionBits", rekey.encryptionBits())
                .put("keyWrap", Section.written(rekey.keyWrap()))
                .put("signature", Section.written(rekey.signature()))
                .put("treeDegree", rekey.treeDegree())
                .put("copies", rekey.copies())
                .put("spacing", Settings.text(rekey.spacing()));
    }

    private static JsonArray rules(Iterable<MemberRule> rules) {
        var all = new JsonArray();
        for (MemberRule rule : rules) {
            var json = new JsonObject();
            rule.identity().ifPresent(pattern -> json.put("identity", pattern));
            rule.subject().ifPresent(pattern -> json.put("subject", pattern));
            rule.san().ifPresent(pattern -> json.put("san", pattern));
            rule.issuer().ifPresent(pattern -> json.put("issuer", pattern));
            all.add(json);
        }
        return all;
    }
}
