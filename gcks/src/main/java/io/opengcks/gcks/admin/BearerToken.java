package io.opengcks.gcks.admin;

import io.opengcks.protocols.crypto.Secret;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lets a request through that carries the token (RFC 6750 §2.1). */
final class BearerToken implements Handler<RoutingContext> {
    private static final String SCHEME = "Bearer ";

    private final Secret token;

    BearerToken(Secret token) {
        this.token = token;
    }

    @Override
    public void handle(RoutingContext context) {
        if (carries(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            context.next();
        } else {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            Answers.error(context, 401, "unauthorized", "the bearer token is missing or wrong");
        }
    }

    private boolean carries(@Nullable String header) {
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && token.sameAs(Secret.adopt(header.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8)));
    }
}
