using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Turns the database's refusals into the model's words: which field, which reference, which rows.</summary>
/// <remarks>Looks inside the transaction that failed: the failed statement is undone, what came before it is still
/// there.</remarks>
internal sealed class WriteFaults(WriteCompiler statements, ApiModel model)
{
    private readonly WriteCompiler _statements = statements;
    private readonly ApiModel _model = model;

    /// <summary>True for failures that <see cref="OfRow"/> and <see cref="OfDelete"/> can explain.</summary>
    public static bool IsRefusal(StoreException e) => e.Failure
        is StoreFailure.Unique or StoreFailure.ForeignKey or StoreFailure.NotNull or StoreFailure.Check
        || (e.Failure == StoreFailure.Value && e.Columns.Count > 0);

    /// <summary>Why an insert or update was refused.</summary>
    public async ValueTask<WriteRefusal> OfRow(IWriteSession session, RowWrite row, StoreException e)
    {
        switch (e.Failure)
        {
            case StoreFailure.Unique:
                return new WriteRefusal(RefusalKind.Conflict, Unique(row, e));
            case StoreFailure.NotNull:
                return Validation([.. Fields(row, e).Select(f => row.At(f, WriteErrors.Null, "must not be null"))], row,
                    e);
            case StoreFailure.Value:
                return Validation([.. Fields(row, e).Select(f =>
                    row.At(f, WriteErrors.Type, "has a type that the column refuses"))], row, e);
            case StoreFailure.ForeignKey:
                var missing = await MissingReferences(session, row, row.Entity.Relations);
                return Validation(missing, row, e);
            default:
                // A CHECK has a name or its own text; a trigger's message is its author's.
                var detail = e.Constraint is null ? e.Message : $"the database refuses it: {e.Constraint}";
                return Validation([new Error(WriteErrors.Rule, detail) { Pointer = row.Path.ToString() }], row, e);
        }
    }

    /// <summary>Which of the relations point to rows that do not exist (or are soft-deleted).</summary>
    public async ValueTask<List<Error>> MissingReferences(IWriteSession session, RowWrite row,
        IEnumerable<Relation> relations)
    {
        var errors = new List<Error>();
        foreach (var relation in relations)
        {
            if (!relation.IsToOne || Values(row, relation.FromFields) is not { } values) continue;
            if (await Exists(session, relation, values)) continue;
            var shown = string.Join(", ", values.Select(Shown));
            errors.Add(row.At(relation.FromFields[0], WriteErrors.Reference,
                $"{relation.Name} {shown} does not exist"));
        }

        return errors;
    }

    /// <summary>Which rows refer to the one that was to be deleted.</summary>
    public async ValueTask<WriteRefusal> OfDelete(IWriteSession session, Entity entity, SqlValue[] key,
        StoreException e)
    {
        var errors = new List<Error>();
        foreach (var relation in _model.Entities.SelectMany(r => r.Relations))
        {
            if (!relation.IsToOne || !ReferenceEquals(relation.To, entity)) continue;
            if (relation.OnDelete is OnDelete.Cascade or OnDelete.SetNull) continue;
            if (await Count(session, relation, entity, key) is not (> 0 and var count)) continue;
            var text = string.Create(CultureInfo.InvariantCulture,
                $"{count} {relation.From.Name} refer to it by {relation.Name}");
            errors.Add(new Error(WriteErrors.Referenced, text)
            {
                Params = new Dictionary<string, object?> { ["resource"] = relation.From.Name, ["count"] = count },
            });
        }

        if (errors.Count == 0) errors.Add(new Error(WriteErrors.Referenced, e.Message));
        return new WriteRefusal(RefusalKind.Conflict, errors);
    }

    private static List<Error> Unique(RowWrite row, StoreException e)
    {
        var fields = Fields(row, e);
        if (fields.Count == 0) return [new Error(WriteErrors.Unique, e.Message) { Pointer = row.Path.ToString() }];
        if (fields is [var only])
        {
            var shown = row.Value(only) is { IsNull: false } value && only.IsVisible ? $" {Shown(value)}" : "";
            return [row.At(only, WriteErrors.Unique, $"{only.Name}{shown} is taken already")];
        }

        var detail = $"{string.Join(" and ", fields.Select(f => f.Name))} together are taken already";
        return [.. fields.Select(f => row.At(f, WriteErrors.Unique, detail))];
    }

    private static List<Field> Fields(RowWrite row, StoreException e) =>
        !string.Equals(e.Table, row.Entity.Table, StringComparison.OrdinalIgnoreCase)
            ? []
            : [.. row.Entity.Fields.Where(f =>
                !f.IsComputed && e.Columns.Contains(f.Column, StringComparer.OrdinalIgnoreCase))];

    private static WriteRefusal Validation(List<Error> errors, RowWrite row, StoreException e)
    {
        if (errors.Count == 0)
        {
            var code = e.Failure == StoreFailure.ForeignKey ? WriteErrors.Reference : WriteErrors.Rule;
            errors.Add(new Error(code, $"the database refuses it: {e.Message}") { Pointer = row.Path.ToString() });
        }

        return new WriteRefusal(RefusalKind.Validation, errors);
    }

    // Null when a part is NULL or not part of this write: then nothing is referenced anew.
    private static SqlValue[]? Values(RowWrite row, IReadOnlyList<Field> fields)
    {
        var values = new SqlValue[fields.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (row.Value(fields[i]) is not { IsNull: false } value) return null;
            values[i] = value;
        }

        return values;
    }

    private async ValueTask<bool> Exists(IWriteSession session, Relation relation, SqlValue[] values)
    {
        using var rows = await session.Query(_statements.Exists(relation.To, relation.ToFields), values);
        return await rows.Next();
    }

    private async ValueTask<long> Count(IWriteSession session, Relation relation, Entity entity, SqlValue[] key)
    {
        var target = await StoredRow.Read(session, _statements, entity, relation.ToFields, key);
        if (target is null) return 0;
        using var rows = await session.Query(_statements.Count(relation.From, relation.FromFields), target);
        return await rows.Next() ? rows.Integer(0) : 0;
    }

    private static string Shown(SqlValue value)
    {
        var text = Shortened.Text(value.ToString());
        return value.Kind == SqlKind.Text ? $"'{text}'" : text;
    }
}
