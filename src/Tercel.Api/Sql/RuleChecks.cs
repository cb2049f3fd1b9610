using System.Collections.Concurrent;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Tests the rules of an entity on a row that was just written, inside its transaction.</summary>
/// <remarks>The database evaluates the rule itself, so that it means exactly what the same words mean in
/// <c>where=</c>. Lifetime: one model. Thread: any.</remarks>
internal sealed class RuleChecks(ApiLimits limits)
{
    // The model's author may write longer rules than clients may write queries.
    private readonly ApiLimits _limits = limits with { NodesMax = 10_000, DepthMax = 64 };
    private readonly ConcurrentDictionary<EntityRule, Statement> _statements = new();

    /// <summary>The rules that do not hold for the row with the key.</summary>
    public async ValueTask<IReadOnlyList<Error>> Broken(IWriteSession session, RowWrite row, SqlValue[] key)
    {
        if (row.Entity.Rules.Count == 0) return [];
        var errors = new List<Error>();
        foreach (var rule in row.Entity.Rules)
        {
            var statement = _statements.GetOrAdd(rule, static (r, args) =>
                args.Self.Compile(args.Entity, r), (Self: this, row.Entity));
            var parameters = statement.Origins.Select(o => FixedValues.Of(o, key, row.Now)).ToArray();
            using var rows = await session.Query(statement.Sql, parameters);
            if (!await rows.Next()) continue;
            var pointer = rule.At is null ? row.Path.ToString() : row.Path.PointerTo(rule.At);
            errors.Add(new Error(WriteErrors.Rule, rule.Message)
            {
                Pointer = pointer,
                Params = WriteReader.Param("check", rule.CheckText),
            });
        }

        return errors;
    }

    private Statement Compile(Entity entity, EntityRule rule)
    {
        var scope = new Scope(entity);
        var binder = new Binder(_limits, default);
        var check = binder.Predicate(rule.Check, BindSite.Of(scope), null);
        // The model's loader bound the rule before.
        Invariant.Holds(binder.Errors.Count == 0);
        var sql = new SqlBuilder().Add("SELECT 1 FROM ");
        FromCompiler.WriteTables(sql, scope);
        sql.Add(" WHERE ");
        for (var i = 0; i < entity.Key.Count; i++)
            sql.Column(scope.Root, entity.Key[i]).Add(" = ").Parameter(new ValueOrigin.Key(i)).Add(" AND ");
        new ExpressionCompiler(sql).Wrap("(", check, ") IS NOT TRUE");
        return new Statement(new SqlText(sql.Text), [.. sql.Parameters]);
    }

    private sealed record Statement(SqlText Sql, ValueOrigin[] Origins);
}
