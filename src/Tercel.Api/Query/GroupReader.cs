using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Reads <c>group=month(created_at) as m,status</c> and <c>agg=count,sum(total) as revenue</c>.</summary>
internal static class GroupReader
{
    public static ImmutableArray<GroupTerm>? Groups(TextCursor cursor, QueryLimits limits) =>
        TermReaders.List(cursor, limits.GroupsMax, "group terms", c => Group(c, limits));

    public static ImmutableArray<AggregateTerm>? Aggregates(TextCursor cursor, QueryLimits limits) =>
        TermReaders.List(cursor, limits.AggregatesMax, "aggregates", c => Aggregate(c, limits));

    private static GroupTerm? Group(TextCursor cursor, QueryLimits limits)
    {
        if (Expression(cursor, limits, out var text) is not { } expression) return null;
        return TryAlias(cursor, out var alias) ? new GroupTerm(expression, alias, text) : null;
    }

    private static AggregateTerm? Aggregate(TextCursor cursor, QueryLimits limits)
    {
        var start = cursor.Offset;
        if (Expression(cursor, limits, out var text) is not { } expression) return null;
        var call = expression switch
        {
            Expr.Call named => named,
            Expr.Path { Segments: [var name] } path => new Expr.Call(name, []) { Position = path.Position },
            _ => null,
        };
        if (call is null || !Functions.IsAggregate(call.Name))
        {
            var name = call?.Name ?? text;
            cursor.Fail(QueryErrors.UnknownFunction, $"'{Shortened.Text(name)}' is no aggregate function", start,
                Functions.NearAggregate(name));
            return null;
        }

        return TryAlias(cursor, out var alias) ? new AggregateTerm(call, alias, text) : null;
    }

    private static Expr? Expression(TextCursor cursor, QueryLimits limits, out string text)
    {
        var start = cursor.Offset;
        var expression = ExpressionParser.ParsePrefix(cursor, limits.Expression);
        text = cursor.Text[start..Math.Min(cursor.Offset, cursor.Text.Length)].Trim();
        return expression;
    }

    private static bool TryAlias(TextCursor cursor, out string? alias)
    {
        alias = null;
        if (!cursor.TryTakeWord("as")) return true;
        var word = cursor.PeekWord();
        if (word.Length > 0)
        {
            alias = word.ToString();
            cursor.Advance(word.Length);
        }
        else if (cursor.Peek == '"')
        {
            alias = cursor.TakeQuotedName();
        }
        else
        {
            cursor.FailExpected("a name after 'as'");
        }

        return alias is not null;
    }
}
