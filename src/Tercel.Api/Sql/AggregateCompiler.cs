using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Writes aggregates: over the rows of a relation, and over the rows of a group.</summary>
internal static class AggregateCompiler
{
    /// <summary>Writes the aggregate of a relation's subquery; the sum of no rows is 0, as people expect of a
    /// total.</summary>
    public static void WriteRelated(SqlBuilder sql, ExpressionCompiler expressions, Bound.RelatedAggregate aggregate)
    {
        switch (aggregate)
        {
            case { Operand: null }: sql.Add("count(*)"); break;
            case { Name: "count_distinct" }: expressions.Wrap("count(DISTINCT ", aggregate.Operand, ")"); break;
            case { Name: "sum" }:
                sql.Add(Scale(aggregate.Type) is null ? "(" : "round(");
                expressions.Wrap("coalesce(sum(", aggregate.Operand, "), 0)");
                WriteScaleEnd(sql, aggregate.Type);
                break;
            default: expressions.Wrap($"{aggregate.Name}(", aggregate.Operand, ")"); break;
        }
    }

    /// <summary>Writes an aggregate of a grouped query. Those that SQLite lacks are functions of this
    /// project.</summary>
    public static void Write(SqlBuilder sql, ExpressionCompiler expressions, Bound.Aggregate aggregate)
    {
        if (aggregate.Operand is not { } operand)
        {
            sql.Add("count(*)");
            return;
        }

        var own = aggregate.Name is not ("count" or "sum" or "avg" or "min" or "max");
        var isSum = aggregate.Name == "sum";
        if (isSum) sql.Add(Scale(aggregate.Type) is null ? "(" : "round(");
        expressions.Wrap(
            $"{(own ? "tercel_" : "")}{aggregate.Name}({(aggregate.Distinct ? "DISTINCT " : "")}", operand, ")");
        if (isSum) WriteScaleEnd(sql, aggregate.Type);
    }

    private static int? Scale(FieldType type) => type.Kind == FieldKind.Decimal ? type.Scale : null;

    private static void WriteScaleEnd(SqlBuilder sql, FieldType type) =>
        sql.Add(Scale(type) is { } digits ? string.Create(CultureInfo.InvariantCulture, $", {digits})") : ")");
}
