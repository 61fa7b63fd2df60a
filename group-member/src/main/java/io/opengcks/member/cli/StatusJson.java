package io.opengcks.member.cli;

import io.opengcks.member.AgentStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** An agent's status as one JSON object on one line. */
final class StatusJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StatusJson() {}

    static String of(AgentStatus status) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("state", status.state().name());
        all.put("since", status.since().toString());
        all.put("identity", status.identity().text());
        all.put("group", status.group().text());
        all.put("server", status.server());
        all.put("registrations", status.registrations());
        all.put("rekeys", status.rekeys());
        all.put("tekSwitches", status.tekSwitches());
        status.sendingOn().ifPresent(spi -> all.put("sendingOn", hex(spi)));
        all.put("sentPackets", status.sentPackets());
        all.put("sentOctets", status.sentOctets());
        all.put("unsentPackets", status.unsentPackets());
        all.put("deliveredPackets", status.deliveredPackets());
        all.put("deliveredOctets", status.deliveredOctets());
        all.put("refusedPackets", status.refusedPackets());
        all.put("recoveredPackets", status.recoveredPackets());
        all.put("parkedPackets", status.parkedPackets());
        status.lastDelivered().ifPresent(at -> all.put("lastDelivered", at.toString()));
        all.put("sas", status.sas().stream().map(StatusJson::sa).toList());
        return MAPPER.writeValueAsString(all);
    }

    private static Map<String, Object> sa(AgentStatus.SaStatus sa) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("spi", hex(sa.spi()));
        all.put("held", sa.held());
        all.put("opened", sa.opened());
        all.put("refused", sa.refused());
        sa.lastOpened().ifPresent(at -> all.put("lastOpened", at.toString()));
        return all;
    }

    static String hex(long spi) {
        return "0x%08x".formatted(spi);
    }
}
