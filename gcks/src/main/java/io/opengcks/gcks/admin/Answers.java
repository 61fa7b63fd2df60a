package io.opengcks.gcks.admin;

import io.opengcks.gcks.group.GroupException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** JSON answers; an error is {@code {"error": CODE, "message": TEXT}}. */
final class Answers {
    private static final String JSON = "application/json";

    private Answers() {}

    static void json(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.encode());
    }

    static void empty(RoutingContext context) {
        context.response().setStatusCode(204).end();
    }

    static void error(RoutingContext context, int status, String code, String message) {
        json(context, status, new JsonObject().put("error", code).put("message", message));
    }

    static void failed(RoutingContext context, GroupException failure) {
        String message = String.valueOf(failure.getMessage());
        switch (failure) {
            case GroupException.NoSuchGroup _ -> error(context, 404, "no-such-group", message);
            case GroupException.NotAMember _ -> error(context, 404, "not-a-member", message);
            case GroupException.AlreadyExists _ -> error(context, 409, "already-exists", message);
            case GroupException.NotBarred _ -> error(context, 409, "not-barred", message);
            case GroupException.Overloaded _ -> later(context, "overloaded", message);
            case GroupException.Closed _ -> later(context, "closed", message);
            case GroupException.NotStored _ -> error(context, 500, "not-stored", message);
            case GroupException.Failed _ -> error(context, 500, "failed", message);
        }
    }

    private static void later(RoutingContext context, String code, String message) {
        context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        error(context, 503, code, message);
    }
}
