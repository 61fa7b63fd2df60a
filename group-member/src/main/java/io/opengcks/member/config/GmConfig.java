package io.opengcks.member.config;

import io.opengcks.member.AgentSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stands in {@code gm.yaml}.
 *
 * @param agent   settings of the agent, without a key log
 * @param metrics where metrics and status are served by HTTP
 * @param keylog  folder of the key log
 */
public record GmConfig(AgentSettings agent, Optional<InetSocketAddress> metrics, Optional<Path> keylog) {}
