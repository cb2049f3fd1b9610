using Tercel.Api.Planning;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>The keys of the rows that a plan's conditions match, in key order, up to a number.</summary>
internal sealed class MatchingKeys
{
    private readonly SqlText _sql;
    private readonly SqlValue[] _parameters;
    private readonly int _parts;

    public MatchingKeys(ReadPlan plan, int rowsMax, DateTimeOffset now)
    {
        var sql = new SqlBuilder();
        var root = plan.Scope.Root;
        _parts = root.Entity.Key.Count;
        WriteKey(sql, root, "SELECT ");
        ReadCompiler.WriteFrom(sql, new ExpressionCompiler(sql), plan, plan.ConditionJoins);
        WriteKey(sql, root, " ORDER BY ");
        sql.Add(" LIMIT ").Parameter(new ValueOrigin.Fixed(SqlValue.Of((long)rowsMax)));
        _sql = new SqlText(sql.Text);
        _parameters = [.. sql.Parameters.Select(o => FixedValues.Of(o, [], now))];
    }

    public async ValueTask<List<SqlValue[]>> Read(IWriteSession session)
    {
        var keys = new List<SqlValue[]>();
        using var rows = await session.Query(_sql, _parameters);
        while (await rows.Next())
        {
            var key = new SqlValue[_parts];
            for (var i = 0; i < _parts; i++) key[i] = rows.Value(i);
            keys.Add(key);
        }

        return keys;
    }

    private static void WriteKey(SqlBuilder sql, Source root, string before)
    {
        foreach (var field in root.Entity.Key)
        {
            sql.Add(before).Column(root, field);
            before = ", ";
        }
    }
}
