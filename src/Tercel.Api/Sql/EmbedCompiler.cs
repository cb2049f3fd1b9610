using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Writes what the statement of a to-many embed reads from: the parents' keys, then the related
/// rows.</summary>
internal static class EmbedCompiler
{
    /// <summary>
    /// Writes <c>FROM json_each(?1) AS p CROSS JOIN ...</c>. CROSS JOIN keeps SQLite from starting at the large
    /// table.
    /// </summary>
    public static void WriteFrom(SqlBuilder sql, ExpressionCompiler expressions, ReadPlan plan)
    {
        // Only the plans of embeds arrive here, and they have their relation.
        var via = plan.Embedded!;
        var root = sql.Alias(plan.Scope.Root);
        sql.Add(" FROM json_each(").Parameter(new ValueOrigin.ParentKeys()).Add(") AS p CROSS JOIN ");
        var near = root;
        var nearFields = via.ToFields;
        if (via.Through is { } through)
        {
            near = sql.FreshAlias();
            nearFields = via.ThroughFromFields;
            sql.Name(through.Table).Add(" AS ").Add(near).Add(" CROSS JOIN ");
        }

        sql.Name(via.To.Table).Add(" AS ").Add(root);
        FromCompiler.WriteJoins(sql, plan.Scope);
        sql.Add(" WHERE ");
        WriteParent(sql, near, nearFields);
        if (via.Through is { } link)
        {
            sql.Add(" AND ");
            FromCompiler.WriteMatch(sql, root, via.ToFields, near, via.ThroughToFields);
            if (link.SoftDelete is { } gone) sql.Add(" AND ").Column(near, gone).Add(" IS NULL");
        }

        ReadCompiler.WriteConditions(sql, expressions, plan, " AND ");
    }

    // A single key is an element of the array, a composite one an array in the array.
    private static void WriteParent(SqlBuilder sql, string alias, IReadOnlyList<Field> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0) sql.Add(" AND ");
            sql.Column(alias, fields[i]).Add(" = ");
            if (fields.Count == 1) sql.Add("p.value");
            else sql.Add(string.Create(CultureInfo.InvariantCulture, $"json_extract(p.value, '$[{i}]')"));
        }
    }
}
