using System.Collections.Immutable;
using System.Globalization;
using Tercel.Api.Planning;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>Writes group plans as SELECT statements.</summary>
internal static class GroupCompiler
{
    /// <summary>A page of groups, from an offset on.</summary>
    public static CompiledRead CompilePage(GroupPlan plan) => Compile(plan, isPaged: true);

    /// <summary>All groups: for streams.</summary>
    public static CompiledRead CompileAll(GroupPlan plan) => Compile(plan, isPaged: false);

    /// <summary>How many groups there are.</summary>
    public static CompiledStatement CompileCount(GroupPlan plan)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        sql.Add("SELECT count(*) FROM (SELECT ");
        for (var i = 0; i < plan.Groups.Length; i++) expressions.Wrap(i > 0 ? ", " : "", plan.Groups[i].Value, "");
        if (plan.Groups.IsEmpty) sql.Add("count(*)");
        WriteGroups(sql, expressions, plan, Enumerable.Range(0, plan.Groups.Length));
        sql.Add(")");
        return new CompiledStatement(new SqlText(sql.Text), [.. sql.Parameters]);
    }

    private static CompiledRead Compile(GroupPlan plan, bool isPaged)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        var columns = new SelectList();
        var members = plan.Columns.Select(c => (ShapeMember)new ShapeMember.Value(c.Name, c.Value)).ToImmutableArray();
        var layout = LayoutCompiler.Compile(new ShapeNode(plan.Rows.Scope.Root, members), columns);
        var places = plan.Columns.Select(c => columns.Add(c.Value)).ToList();
        sql.Add("SELECT ");
        columns.Write(sql, expressions);
        WriteGroups(sql, expressions, plan, places.Take(plan.Groups.Length));
        var before = " ORDER BY ";
        foreach (var sort in plan.Sort)
        {
            sql.Add(before).Add(Ordinal(places[sort.Column]));
            ReadCompiler.WriteDirection(sql, sort.Key, isBackward: false);
            before = ", ";
        }

        if (isPaged)
        {
            sql.Add(" LIMIT ").Parameter(new ValueOrigin.Limit());
            sql.Add(" OFFSET ").Parameter(new ValueOrigin.Offset());
        }

        return new CompiledRead(new SqlText(sql.Text), [.. sql.Parameters], layout);
    }

    // Groups are named by their place in the select list, so that SQLite need not find out that two texts are one
    // expression. Older versions want GROUP BY before HAVING; a constant makes one group of all rows.
    private static void WriteGroups(
        SqlBuilder sql, ExpressionCompiler expressions, GroupPlan plan, IEnumerable<int> places)
    {
        ReadCompiler.WriteFrom(sql, expressions, plan.Rows, plan.Rows.Scope.Joins.Count);
        var before = " GROUP BY ";
        foreach (var place in places.Distinct())
        {
            sql.Add(before).Add(Ordinal(place));
            before = ", ";
        }

        if (plan.Having is not { } having) return;
        if (plan.Groups.IsEmpty) sql.Add(" GROUP BY NULL");
        expressions.Wrap(" HAVING ", having, "");
    }

    private static string Ordinal(int column) => (column + 1).ToString(CultureInfo.InvariantCulture);
}
