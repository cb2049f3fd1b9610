using System.Text.Json;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Writes an explanation as JSON. Values of parameters are not told, only where each comes from.</summary>
internal static class ExplainJson
{
    public static void Write(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartObject();
        json.WriteStartArray("statements"u8);
        foreach (var statement in explanation.Statements) WriteStatement(json, statement);
        json.WriteEndArray();
        WriteTexts(json, "warnings", explanation.Warnings);
        WriteTexts(json, "suggestions", explanation.Suggestions);
        json.WriteEndObject();
    }

    private static void WriteStatement(Utf8JsonWriter json, ExplainedStatement statement)
    {
        var steps = statement.Steps.SelectMany(s => s.All()).ToList();
        json.WriteStartObject();
        json.WriteString("purpose"u8, statement.Purpose);
        json.WriteString("sql"u8, statement.Statement.Sql.Text);
        json.WriteStartArray("parameters"u8);
        for (var i = 0; i < statement.Statement.Parameters.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, $"?{i + 1}");
            WriteOrigin(json, statement.Statement.Parameters[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("plan"u8);
        foreach (var step in statement.Steps) WriteStep(json, step);
        json.WriteEndArray();
        WriteTexts(json, "indexes", [.. steps.Select(s => s.Index).OfType<string>().Distinct()]);
        json.WriteEndObject();
    }

    private static void WriteOrigin(Utf8JsonWriter json, ValueOrigin origin)
    {
        var (from, type) = origin switch
        {
            ValueOrigin.Fixed known => ("constant", known.Value.Kind.ToString()),
            ValueOrigin.Slot slot => ("request", slot.Reading.Type.Kind.ToString()),
            ValueOrigin.Key => ("key", null),
            ValueOrigin.Cursor => ("cursor", null),
            ValueOrigin.Limit => ("limit", null),
            ValueOrigin.Offset => ("offset", null),
            ValueOrigin.ParentKeys => ("parent_keys", null),
            ValueOrigin.Now now => ("now", now.Type.Kind.ToString()),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        json.WriteString("from"u8, from);
        if (type is not null) json.WriteString("type"u8, type.ToLowerInvariant());
    }

    private static void WriteStep(Utf8JsonWriter json, PlanStep step)
    {
        json.WriteStartObject();
        json.WriteString("detail"u8, step.Detail);
        if (step.Table is not null) json.WriteString("table"u8, step.Table);
        if (step.Index is not null) json.WriteString("index"u8, step.Index);
        if (step.Children.Count > 0)
        {
            json.WriteStartArray("steps"u8);
            foreach (var child in step.Children) WriteStep(json, child);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
