using System.Text.Json.Nodes;

namespace Tercel.Api.OpenApi;

/// <summary>The error document (RFC 9457), its examples and one shared response for each status.</summary>
internal static class ProblemComponents
{
    private static readonly (string Status, string Name, string Type, string Title, string Text)[] All =
    [
        ("400", "BadRequest", "/problems/query", "Query not understood",
            "The query or the body cannot be understood; `errors` names every mistake."),
        ("404", "NotFound", "/problems/not-found", "Not found", "No such row, resource or path."),
        ("406", "NotAcceptable", "/problems/not-acceptable", "Not acceptable",
            "None of the accepted types can be made."),
        ("409", "Conflict", "/problems/conflict", "Conflict",
            "A unique value is taken, or other rows still refer to the row."),
        ("412", "PreconditionFailed", "/problems/stale", "Stale",
            "The row changed since; the current ETag is in the header."),
        ("413", "TooLarge", "/problems/too-large", "Too large", "The body or the page is over its limit."),
        ("415", "UnsupportedMediaType", "/problems/unsupported-media-type", "Unsupported media type",
            "The body's content type is not one that this resource takes."),
        ("422", "Unprocessable", "/problems/validation", "Validation failed", "The body is understood but not valid."),
        ("428", "PreconditionRequired", "/problems/precondition-required", "Precondition required",
            "The write needs If-Match with the row's ETag."),
        ("503", "Unavailable", "/problems/unavailable", "Unavailable", "Too much to do, or stopping; try again soon."),
        ("504", "Timeout", "/problems/timeout", "Timeout", "The query ran past its time and was interrupted."),
    ];

    /// <summary>Errors that any read may answer.</summary>
    public static readonly string[] ForReads = ["400", "404", "406", "503", "504"];

    /// <summary>Errors that any write may answer.</summary>
    public static readonly string[] ForWrites = ["400", "404", "409", "412", "413", "415", "422", "428", "503", "504"];

    public static JsonObject Responses()
    {
        var responses = new JsonObject();
        foreach (var (status, name, type, title, text) in All) responses[name] = Response(status, type, title, text);
        return responses;
    }

    /// <summary>Adds references to the shared responses.</summary>
    public static JsonObject AddTo(JsonObject responses, IEnumerable<string> statuses)
    {
        foreach (var status in statuses)
        {
            var name = All.First(a => a.Status == status).Name;
            responses[status] = new JsonObject { ["$ref"] = $"#/components/responses/{name}" };
        }

        return responses;
    }

    public static JsonObject ProblemSchema() => JsonNode.Parse("""
        {
          "type": "object",
          "description": "What went wrong (RFC 9457).",
          "required": ["type", "title", "status"],
          "properties": {
            "type": {"type": "string", "description": "The kind of problem; a relative URI that describes it."},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "The path that was asked for."},
            "request_id": {"type": "string", "description": "The same as in X-Request-Id and in the server's log."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}}
          }
        }
        """)?.AsObject() ?? [];

    public static JsonObject ErrorSchema() => JsonNode.Parse("""
        {
          "type": "object",
          "description": "One mistake: where, which rule, and what was probably meant.",
          "required": ["code", "detail"],
          "properties": {
            "code": {"type": "string", "description": "Stable name of the mistake."},
            "detail": {"type": "string"},
            "parameter": {"type": "string", "description": "The query parameter or header that is wrong."},
            "pointer": {"type": "string", "description": "JSON Pointer (RFC 6901) fragment into the body."},
            "position": {"type": "integer", "description": "Offset in characters inside the parameter's value."},
            "line": {"type": "integer"},
            "column": {"type": "integer"},
            "suggestion": {"type": "string"},
            "params": {"type": "object", "description": "Numbers and names of the broken rule."}
          }
        }
        """)?.AsObject() ?? [];

    private static JsonObject Response(string status, string type, string title, string text)
    {
        var example = new JsonObject
        {
            ["type"] = type,
            ["title"] = title,
            ["status"] = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
            ["detail"] = text,
            ["request_id"] = "01K3ZJ8Y6M4T7Q2W5E8R1A9BCD",
        };
        return new JsonObject
        {
            ["description"] = text,
            ["content"] = new JsonObject
            {
                ["application/problem+json"] = new JsonObject
                {
                    ["schema"] = SchemaComponents.Ref("Problem"),
                    ["example"] = example,
                },
            },
        };
    }
}
