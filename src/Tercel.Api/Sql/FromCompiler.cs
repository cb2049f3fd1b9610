using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Writes what a SELECT reads from: tables, joins, and the conditions that hide soft-deleted rows
/// everywhere.</summary>
internal static class FromCompiler
{
    /// <summary>Writes the root and its to-one joins: <c>"orders" AS t0 LEFT JOIN "users" AS t1 ON ...</c>.</summary>
    public static void WriteTables(SqlBuilder sql, Scope scope)
    {
        sql.Name(scope.Root.Entity.Table).Add(" AS ").Add(sql.Alias(scope.Root));
        WriteJoins(sql, scope);
    }

    /// <summary>Writes the to-one joins of a scope: all, or the first so many.</summary>
    public static void WriteJoins(SqlBuilder sql, Scope scope, int joinsMax = int.MaxValue)
    {
        foreach (var join in scope.Joins.Take(joinsMax))
        {
            // A joined source always has the source and the relation that it was joined by.
            var via = join.Via!;
            sql.Add(" LEFT JOIN ").Name(join.Entity.Table).Add(" AS ").Add(sql.Alias(join)).Add(" ON ");
            WriteMatch(sql, sql.Alias(join), via.ToFields, sql.Alias(join.Parent!), via.FromFields);
            if (join.Entity.SoftDelete is { } deleted) sql.Add(" AND ").Column(join, deleted).Add(" IS NULL");
        }
    }

    /// <summary>Writes the tables behind a to-many relation and the condition that ties them to the outer
    /// row.</summary>
    /// <remarks>The text ends inside WHERE: more conditions follow with AND.</remarks>
    public static void WriteRelated(SqlBuilder sql, Source from, Relation via, Scope inner)
    {
        var target = sql.Alias(inner.Root);
        sql.Add(" FROM ");
        if (via.Through is { } through)
        {
            var link = sql.FreshAlias();
            sql.Name(through.Table).Add(" AS ").Add(link);
            sql.Add(" JOIN ").Name(via.To.Table).Add(" AS ").Add(target).Add(" ON ");
            WriteMatch(sql, target, via.ToFields, link, via.ThroughToFields);
            WriteJoins(sql, inner);
            sql.Add(" WHERE ");
            WriteMatch(sql, link, via.ThroughFromFields, sql.Alias(from), via.FromFields);
            if (through.SoftDelete is { } gone) sql.Add(" AND ").Column(link, gone).Add(" IS NULL");
        }
        else
        {
            WriteTables(sql, inner);
            sql.Add(" WHERE ");
            WriteMatch(sql, target, via.ToFields, sql.Alias(from), via.FromFields);
        }

        if (via.To.SoftDelete is { } deleted) sql.Add(" AND ").Column(target, deleted).Add(" IS NULL");
    }

    /// <summary>Writes the test that a row belongs to the parent whose key the URL gives.</summary>
    public static void WriteChildOf(SqlBuilder sql, Bound.ChildOf child)
    {
        var (via, parent) = (child.Via, sql.Alias(child.Parent.Root));
        sql.Add("EXISTS (SELECT 1 FROM ").Name(via.From.Table).Add(" AS ").Add(parent);
        var (near, nearFields) = (parent, via.FromFields);
        if (via.Through is { } through)
        {
            var link = sql.FreshAlias();
            sql.Add(" JOIN ").Name(through.Table).Add(" AS ").Add(link).Add(" ON ");
            WriteMatch(sql, link, via.ThroughFromFields, parent, via.FromFields);
            if (through.SoftDelete is { } gone) sql.Add(" AND ").Column(link, gone).Add(" IS NULL");
            (near, nearFields) = (link, via.ThroughToFields);
        }

        sql.Add(" WHERE ");
        WriteMatch(sql, sql.Alias(child.Child), via.ToFields, near, nearFields);
        for (var i = 0; i < via.From.Key.Count; i++)
            sql.Add(" AND ").Column(parent, via.From.Key[i]).Add(" = ").Parameter(new ValueOrigin.Key(i));
        if (via.From.SoftDelete is { } deleted) sql.Add(" AND ").Column(parent, deleted).Add(" IS NULL");
        sql.Add(")");
    }

    /// <summary>Writes <c>a.x = b.y AND ...</c>.</summary>
    public static void WriteMatch(
        SqlBuilder sql, string left, IReadOnlyList<Field> leftFields, string right, IReadOnlyList<Field> rightFields)
    {
        for (var i = 0; i < leftFields.Count; i++)
        {
            if (i > 0) sql.Add(" AND ");
            sql.Column(left, leftFields[i]).Add(" = ").Column(right, rightFields[i]);
        }
    }
}
