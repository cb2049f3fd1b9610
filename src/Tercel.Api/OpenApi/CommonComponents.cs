using System.Text.Json.Nodes;

namespace Tercel.Api.OpenApi;

/// <summary>Schemas and headers that every API has.</summary>
internal static class CommonComponents
{
    private const string Text = """
        {
          "Page": {
            "type": "object",
            "description": "Where the page stands.",
            "required": ["limit", "next", "prev"],
            "properties": {
              "limit": {"type": "integer", "description": "Most rows in the page."},
              "next": {"type": ["string", "null"], "description": "URL of the next page; null on the last."},
              "prev": {"type": ["string", "null"], "description": "URL of the page before; null on the first."},
              "count": {"type": "integer", "description": "Rows that match; only with `count=`."},
              "count_kind": {"type": "string", "enum": ["exact", "estimate", "at_least"]},
              "more": {"type": "boolean", "description": "True when rows follow to which no link can lead."}
            }
          },
          "Facets": {
            "type": "object",
            "description": "Counts by value for each field of `facets=`.",
            "additionalProperties": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["value", "count"],
                "properties": {"value": {"description": "The field's value."}, "count": {"type": "integer"}}
              }
            }
          },
          "Affected": {
            "type": "object",
            "required": ["affected"],
            "properties": {"affected": {"type": "integer", "description": "Rows changed."}}
          },
          "Query": {
            "type": "object",
            "description": "A list request as JSON; every member means what the query parameter of its name means.",
            "additionalProperties": false,
            "properties": {
              "where": {
                "description": "Expression text, or `{\"or\": [{\"status\": \"paid\"}, {\"total\": {\"gte\": 9}}]}`.",
                "anyOf": [{"type": "string"}, {"type": "object"}]
              },
              "params": {"type": "object", "description": "Values for `$name` in expressions."},
              "sort": {"type": "array", "items": {"type": "string"}},
              "fields": {"type": "array", "items": {"type": "string"}},
              "embed": {"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "string"}}]},
              "limit": {"type": "integer", "minimum": 1},
              "page": {"type": "integer", "minimum": 1},
              "offset": {"type": "integer", "minimum": 0},
              "cursor": {"type": "string"},
              "count": {"type": "string", "enum": ["none", "exact", "estimate"]},
              "q": {"type": "string"},
              "highlight": {"type": "array", "items": {"type": "string"}},
              "group": {"type": "array", "items": {"type": "string"}},
              "agg": {"type": "array", "items": {"type": "string"}},
              "having": {"type": "string"},
              "distinct": {"type": "array", "items": {"type": "string"}},
              "facets": {"type": "array", "items": {"type": "string"}},
              "explain": {"type": "boolean"}
            },
            "examples": [{"where": {"id": {"gte": 1}}, "sort": ["-id"], "limit": 50}]
          },
          "BulkResult": {
            "type": "object",
            "description": "One result for each row of a bulk write, in order.",
            "properties": {
              "results": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["status"],
                  "properties": {
                    "status": {"type": "integer"},
                    "body": {"type": "object"},
                    "problem": {"$ref": "#/components/schemas/Problem"}
                  }
                }
              }
            }
          },
          "Batch": {
            "type": "object",
            "required": ["ops"],
            "additionalProperties": false,
            "properties": {
              "ops": {
                "type": "array",
                "minItems": 1,
                "items": {
                  "type": "object",
                  "required": ["method", "path"],
                  "additionalProperties": false,
                  "properties": {
                    "id": {"type": "string", "description": "Names the result for later references."},
                    "method": {"type": "string", "enum": ["GET", "POST", "PATCH", "PUT", "DELETE"]},
                    "path": {"type": "string", "description": "Path under the version, such as `/orders`."},
                    "body": {"description": "The body of the operation."}
                  }
                }
              }
            },
            "examples": [{"ops": [{"id": "o", "method": "POST", "path": "/orders", "body": {"customer_id": "..."}}]}]
          },
          "BatchResult": {
            "type": "object",
            "properties": {
              "results": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["status"],
                  "properties": {
                    "id": {"type": "string"},
                    "status": {"type": "integer"},
                    "body": {"description": "What the operation would have answered on its own."}
                  }
                }
              }
            }
          }
        }
        """;

    public static IEnumerable<(string Name, JsonObject Schema)> Schemas()
    {
        foreach (var (name, schema) in Parse(Text))
            if (schema is JsonObject map) yield return (name, map.DeepClone().AsObject());
    }

    public static JsonObject Headers() => Parse("""
        {
          "ETag": {"description": "Changes when the answer changes (RFC 9110).", "schema": {"type": "string"}},
          "Location": {"description": "URL of the new row.", "schema": {"type": "string"}},
          "Link": {"description": "`rel=\"next\"` and `rel=\"prev\"` (RFC 8288).", "schema": {"type": "string"}}
        }
        """);

    private static JsonObject Parse(string text) => JsonNode.Parse(text)?.AsObject() ?? [];
}
