using System.Globalization;
using Tercel.Api.Planning;
using Tercel.Data;
using SortKey = Tercel.Api.Planning.SortKey;

namespace Tercel.Api.Sql;

/// <summary>Writes read plans as SELECT statements. Cannot fail: what could go wrong was refused by
/// planning.</summary>
internal static class ReadCompiler
{
    /// <summary>A single row by its key.</summary>
    public static CompiledRead CompileRow(ReadPlan plan)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        var columns = new SelectList();
        var layout = LayoutCompiler.Compile(plan.Shape, columns);
        var version = plan.Entity.Version is { } field ? columns.Add(new Bound.Column(plan.Scope.Root, field)) : -1;
        sql.Add("SELECT ");
        columns.Write(sql, expressions);
        WriteFrom(sql, expressions, plan, plan.Scope.Joins.Count);
        return new CompiledRead(new SqlText(sql.Text), [.. sql.Parameters], layout) { VersionColumn = version };
    }

    /// <summary>A page: from an offset, or from a cursor's row on.</summary>
    public static CompiledRead CompilePage(ReadPlan plan, CursorForm? cursor)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        var columns = new SelectList();
        var layout = LayoutCompiler.Compile(plan.Shape, columns);
        var sortColumns = plan.IsKeyset ? plan.Sort.Select(k => columns.Add(k.Value)).ToArray() : [];
        var isBackward = cursor is { IsBackward: true };
        sql.Add(isBackward ? "SELECT *, count(*) OVER () FROM (SELECT " : "SELECT ");
        columns.Write(sql, expressions);
        WriteFrom(sql, expressions, plan, plan.Scope.Joins.Count);
        if (cursor is { } form)
        {
            sql.Add(HasConditions(plan) ? " AND " : " WHERE ");
            new KeysetCompiler(sql, expressions, plan.Sort, form).Write();
        }

        WriteOrder(sql, expressions, plan.Sort, isBackward);
        sql.Add(" LIMIT ").Parameter(new ValueOrigin.Limit());
        if (cursor is null) sql.Add(" OFFSET ").Parameter(new ValueOrigin.Offset());
        if (isBackward) WriteOuterOrder(sql, plan.Sort, sortColumns);
        return new CompiledRead(new SqlText(sql.Text), [.. sql.Parameters], layout)
        {
            SortColumns = sortColumns, CountColumn = isBackward ? columns.Count : -1,
        };
    }

    /// <summary>Rows without a page: for streams.</summary>
    public static CompiledRead CompileStream(ReadPlan plan)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        var columns = new SelectList();
        var layout = LayoutCompiler.Compile(plan.Shape, columns);
        sql.Add("SELECT ");
        columns.Write(sql, expressions);
        WriteFrom(sql, expressions, plan, plan.Scope.Joins.Count);
        WriteOrder(sql, expressions, plan.Sort, isBackward: false);
        return new CompiledRead(new SqlText(sql.Text), [.. sql.Parameters], layout);
    }

    /// <summary>The rows of a to-many embed for all parents at once; the first column is the parent's
    /// position.</summary>
    public static CompiledRead CompileEmbed(ReadPlan plan)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        var columns = new SelectList(first: 1);
        var layout = LayoutCompiler.Compile(plan.Shape, columns);
        if (plan.Limit is { } limit)
        {
            sql.Add("SELECT * FROM (SELECT p.key");
            columns.Write(sql, expressions);
            sql.Add(", row_number() OVER (PARTITION BY p.key");
            WriteOrder(sql, expressions, plan.Sort, isBackward: false);
            sql.Add(") AS place");
            EmbedCompiler.WriteFrom(sql, expressions, plan);
            sql.Add(string.Create(CultureInfo.InvariantCulture, $") WHERE place <= {limit} ORDER BY 1, place"));
        }
        else
        {
            sql.Add("SELECT p.key");
            columns.Write(sql, expressions);
            EmbedCompiler.WriteFrom(sql, expressions, plan);
            WriteOrder(sql, expressions, plan.Sort, isBackward: false, "p.key");
        }

        sql.Add(" LIMIT ").Parameter(new ValueOrigin.Limit());
        return new CompiledRead(new SqlText(sql.Text), [.. sql.Parameters], layout);
    }

    /// <summary>How many rows match; <paramref name="rowsMax"/> stops the counting there.</summary>
    public static CompiledStatement CompileCount(ReadPlan plan, int? rowsMax)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        sql.Add(rowsMax is null ? "SELECT count(*)" : "SELECT count(*) FROM (SELECT 1");
        WriteFrom(sql, expressions, plan, plan.ConditionJoins);
        if (rowsMax is { } max) sql.Add(string.Create(CultureInfo.InvariantCulture, $" LIMIT {max})"));
        return new CompiledStatement(new SqlText(sql.Text), [.. sql.Parameters]);
    }

    /// <summary>The span of an integer key that the database numbers itself; null for other lists.</summary>
    public static CompiledStatement? CompileSpan(ReadPlan plan)
    {
        if (plan.Entity.SoftDelete is not null || !plan.Conditions.IsEmpty) return null;
        if (plan.Entity.Key is not [{ Type.Kind: Model.FieldKind.Int or Model.FieldKind.BigInt } key]) return null;
        var sql = new SqlBuilder();
        var root = plan.Scope.Root;
        sql.Add("SELECT coalesce(max(").Column(root, key).Add(") - min(").Column(root, key).Add(") + 1, 0) FROM ");
        sql.Name(root.Entity.Table).Add(" AS ").Add(sql.Alias(root));
        return new CompiledStatement(new SqlText(sql.Text), []);
    }

    /// <summary>Only what rows there are and their order, not what is shown: what a cursor belongs to.</summary>
    public static CompiledStatement CompileOrder(ReadPlan plan)
    {
        var sql = new SqlBuilder();
        var expressions = new ExpressionCompiler(sql);
        WriteFrom(sql, expressions, plan, plan.ConditionJoins);
        WriteOrder(sql, expressions, plan.Sort, isBackward: false);
        return new CompiledStatement(new SqlText(sql.Text), [.. sql.Parameters]);
    }

    /// <summary>Writes FROM with the first joins, and WHERE with all conditions.</summary>
    public static void WriteFrom(SqlBuilder sql, ExpressionCompiler expressions, ReadPlan plan, int joinsMax)
    {
        var root = plan.Scope.Root;
        sql.Add(" FROM ").Name(root.Entity.Table).Add(" AS ").Add(sql.Alias(root));
        if (plan.Searches) SearchCompiler.WriteJoin(sql, root);
        FromCompiler.WriteJoins(sql, plan.Scope, joinsMax);
        WriteConditions(sql, expressions, plan, " WHERE ");
    }

    /// <summary>Writes all conditions, the one against soft-deleted rows first.</summary>
    public static void WriteConditions(SqlBuilder sql, ExpressionCompiler expressions, ReadPlan plan, string before)
    {
        if (plan.Entity.SoftDelete is { } deleted)
        {
            sql.Add(before).Column(plan.Scope.Root, deleted).Add(" IS NULL");
            before = " AND ";
        }

        foreach (var condition in plan.Conditions)
        {
            expressions.Wrap(before, condition, "");
            before = " AND ";
        }
    }

    private static bool HasConditions(ReadPlan plan) => plan.Entity.SoftDelete is not null || !plan.Conditions.IsEmpty;

    private static void WriteOrder(
        SqlBuilder sql, ExpressionCompiler expressions, IReadOnlyList<SortKey> keys, bool isBackward, string first = "")
    {
        var before = " ORDER BY ";
        if (first.Length > 0)
        {
            sql.Add(before).Add(first);
            before = ", ";
        }

        foreach (var key in keys)
        {
            expressions.Wrap(before, key.Value, "");
            WriteDirection(sql, key, isBackward);
            before = ", ";
        }
    }

    private static void WriteOuterOrder(SqlBuilder sql, IReadOnlyList<SortKey> keys, int[] columns)
    {
        sql.Add(")");
        for (var i = 0; i < keys.Count; i++)
        {
            sql.Add(i == 0 ? " ORDER BY " : ", ").Add((columns[i] + 1).ToString(CultureInfo.InvariantCulture));
            WriteDirection(sql, keys[i], isBackward: false);
        }
    }

    /// <summary>Writes DESC and the place of nulls.</summary>
    public static void WriteDirection(SqlBuilder sql, SortKey key, bool isBackward)
    {
        var descending = key.Descending != isBackward;
        if (descending) sql.Add(" DESC");
        // Nulls are smallest in SQLite; saying so again would keep it from using an index in some versions.
        var nullsFirst = key.NullsFirst != isBackward;
        if (key.Nullable && nullsFirst == descending) sql.Add(nullsFirst ? " NULLS FIRST" : " NULLS LAST");
    }
}
