using System.Text;
using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Api.Schema;

// A plan as people and programs read it.
internal static class PlanText
{
    /// <summary>What <c>tercel plan --check</c> returns when changes are pending.</summary>
    public const int PendingExitCode = 3;

    private const int ClassWidth = 11;

    public static int CheckExitCode(SchemaPlan plan) => plan.IsEmpty ? 0 : PendingExitCode;

    public static string ClassName(StepClass @class) => @class switch
    {
        StepClass.Safe => "SAFE",
        StepClass.Rewrite => "REWRITE",
        StepClass.DataLoss => "DATA-LOSS",
        _ => "BLOCKED",
    };

    /// <summary>The plan in lines: a sentence for each step, its SQL below it, then what it means for
    /// clients.</summary>
    public static string Render(SchemaPlan plan, bool withSql = true)
    {
        var text = new StringBuilder();
        text.Append("Database ").Append(plan.Database).Append(": ").Append(plan.IsEmpty
            ? "nothing to change."
            : $"{PlanContext.Count(plan.Steps.Count, "change")} pending, the whole is {ClassName(plan.Class)}.");
        text.Append('\n');
        foreach (var step in plan.Steps)
        {
            text.Append("\n  ").Append(ClassName(step.Class).PadRight(ClassWidth)).Append(step.Sentence).Append('\n');
            if (step.Samples.Count > 0) Line(text, $"such as: {string.Join(" | ", step.Samples)}");
            if (step.Hint is { } hint) Line(text, $"hint: {hint}");
            if (step.Class == StepClass.DataLoss) Line(text, $"needs --allow-drop {step.DropName}");
            if (step.Api == ApiEffect.Breaking) Line(text, "API: clients that use it as it was will notice");
            if (withSql) foreach (var sql in Statements(step)) Line(text, Indented(sql) + ";");
        }

        if (plan.Class > StepClass.Safe && plan.Class < StepClass.Blocked)
            text.Append("\nA backup is made beside the database before anything is changed.\n");
        if (plan.Drift.Count > 0)
        {
            text.Append("\nNot ours, left alone:\n");
            foreach (var drift in plan.Drift) text.Append("  ").Append(drift).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The plan for programs.</summary>
    public static void WriteJson(SchemaPlan plan, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("database", plan.Database);
        json.WriteBoolean("pending", !plan.IsEmpty);
        json.WriteString("class", ClassName(plan.Class));
        json.WriteStartArray("steps");
        foreach (var step in plan.Steps) WriteStep(step, json);
        json.WriteEndArray();
        WriteTexts(json, "drift", plan.Drift);
        json.WriteEndObject();
    }

    /// <summary>Refusals in lines, each with what to do.</summary>
    public static string Render(IEnumerable<Error> errors) => string.Join('\n', errors.Select(e =>
        $"{e.Code}: {e.Detail}{(e.Suggestion is { } hint ? $"\n  hint: {hint}" : "")}"));

    private static void WriteStep(SchemaStep step, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("class", ClassName(step.Class));
        json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(step.Kind.ToString()));
        json.WriteString("table", step.Table);
        if (step.Column is { } column) json.WriteString("column", column);
        json.WriteString("sentence", step.Sentence);
        if (step.Rows is { } rows) json.WriteNumber("rows", rows);
        if (step.Samples.Count > 0) WriteTexts(json, "samples", step.Samples);
        json.WriteString("api", step.Api.ToString().ToLowerInvariant());
        if (step.Class == StepClass.DataLoss) json.WriteString("allow_drop", step.DropName);
        if (step.Hint is { } hint) json.WriteString("hint", hint);
        WriteTexts(json, "sql", Statements(step));
        json.WriteEndObject();
    }

    // In the order in which they run; questions that only check something are no change.
    private static IEnumerable<string> Statements(SchemaStep step) =>
        step.Sql.Where(s => s.Phase != Phase.Check).OrderBy(s => s.Phase).Select(s => s.Text);

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Line(StringBuilder text, string line) =>
        text.Append(' ', ClassWidth + 2).Append(line).Append('\n');

    private static string Indented(string sql) => sql.ReplaceLineEndings($"\n{new string(' ', ClassWidth + 2)}");
}
