using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;

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

        var rounds = aggregate.Name is not ("count" or "min" or "max" or "first" or "last");
        if (rounds) sql.Add(Scale(aggregate.Type) is null ? "(" : "round(");
        switch (aggregate.Name)
        {
            case "sum": expressions.Wrap(Opened("coalesce(sum", aggregate), operand, "), 0)"); break;
            case "first" or "last":
                expressions.Wrap($"tercel_{aggregate.Name}(", operand, ", ");
                WriteOrder(sql, expressions, aggregate.Order);
                sql.Add(")");
                break;
            default:
                if (Functions.IsPercentile(aggregate.Name))
                    expressions.Wrap("tercel_percentile(", operand, $", {GroupAggregates.Fraction(aggregate.Name)})");
                else expressions.Wrap(Opened(aggregate.Name, aggregate), operand, ")");
                break;
        }

        if (rounds) WriteScaleEnd(sql, aggregate.Type);
    }

    private static string Opened(string function, Bound.Aggregate aggregate) =>
        $"{function}({(aggregate.Distinct ? "DISTINCT " : "")}";

    // A key of several parts becomes one text in the same order: numbers in fixed width with their sign in front, and
    // between texts a character that none of them holds.
    private static void WriteOrder(SqlBuilder sql, ExpressionCompiler expressions, IReadOnlyList<Bound> parts)
    {
        if (parts is [var only])
        {
            expressions.Write(only);
            return;
        }

        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) sql.Add(" || ");
            if (!GroupAggregates.IsWhole(parts[i].Type))
            {
                expressions.Wrap("", parts[i], " || char(0)");
                continue;
            }

            expressions.Wrap("printf('%d%019d', ", parts[i], " >= 0, ");
            expressions.Wrap("CASE WHEN ", parts[i], " >= 0 THEN ");
            expressions.Wrap("", parts[i], " ELSE ");
            expressions.Wrap("", parts[i], " + 9223372036854775807 + 1 END)");
        }
    }

    private static int? Scale(FieldType type) => type.Kind == FieldKind.Decimal ? type.Scale : null;

    private static void WriteScaleEnd(SqlBuilder sql, FieldType type) =>
        sql.Add(Scale(type) is { } digits ? string.Create(CultureInfo.InvariantCulture, $", {digits})") : ")");
}
