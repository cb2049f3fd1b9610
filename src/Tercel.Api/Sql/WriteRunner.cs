using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>What became of one row: its key, or why it was not written.</summary>
/// <param name="Key">In key order; null when refused.</param>
/// <param name="Created">True for a new row.</param>
/// <param name="Refusal">Null when written.</param>
internal readonly record struct WriteOutcome(SqlValue[]? Key, bool Created, WriteRefusal? Refusal)
{
    public static WriteOutcome Refused(WriteRefusal refusal) => new(null, false, refusal);

    public static WriteOutcome Refused(RefusalKind kind, Error error) => Refused(new WriteRefusal(kind, error));
}

/// <summary>Writes validated rows, with their children, inside a transaction.</summary>
/// <remarks>After a refusal the transaction holds parts of the write: the caller undoes it. Lifetime: one model; holds
/// no state of a request. Thread: any.</remarks>
internal sealed class WriteRunner
{
    private readonly WriteCompiler _statements;
    private readonly WriteFaults _faults;
    private readonly ChildRunner _children;
    private readonly RuleChecks _rules;
    private readonly bool _ownsSchema;

    public WriteRunner(ApiModel model, ApiLimits limits)
    {
        _statements = new WriteCompiler();
        _faults = new WriteFaults(_statements, model);
        _children = new ChildRunner(this, _statements);
        _rules = new RuleChecks(limits);
        _ownsSchema = model.OwnsSchema;
    }

    /// <summary>The statements of this model's rows.</summary>
    public WriteCompiler Statements => _statements;

    /// <summary>Inserts a row and its children.</summary>
    public async ValueTask<WriteOutcome> Create(IWriteSession session, RowWrite row)
    {
        if (await Resolve(session, row, creating: true) is { } refusal) return WriteOutcome.Refused(refusal);
        var insert = _statements.Insert(row.Entity, row.Given);
        SqlValue[] key;
        try
        {
            var parameters = new SqlValue[insert.Fields.Length];
            for (var i = 0; i < parameters.Length; i++) parameters[i] = row.Values[insert.Fields[i].Ordinal];
            using var rows = await session.Query(insert.Sql, parameters);
            var inserted = await rows.Next();
            Invariant.Holds(inserted);
            key = new SqlValue[row.Entity.Key.Count];
            for (var i = 0; i < key.Length; i++) key[i] = rows.Value(i);
            // Foreign keys are checked at the statement's end.
            while (await rows.Next()) { }
        }
        catch (StoreException e) when (WriteFaults.IsRefusal(e))
        {
            return WriteOutcome.Refused(await _faults.OfRow(session, row, e));
        }

        for (var i = 0; i < key.Length; i++) row.Set(row.Entity.Key[i], key[i]);
        return await Finish(session, row, key, created: true);
    }

    /// <summary>Changes the given fields of the row with the key.</summary>
    public async ValueTask<WriteOutcome> Patch(IWriteSession session, RowWrite row, SqlValue[] key)
    {
        if (await ApplyChanges(session, row, key) is { } refusal) return WriteOutcome.Refused(refusal);
        if (await Resolve(session, row, creating: false) is { } missing) return WriteOutcome.Refused(missing);
        var fields = row.Entity.Fields.Where(f => row.Given[f.Ordinal] && !f.IsKey).ToArray();
        return await Update(session, row, key, fields);
    }

    /// <summary>Replaces the row with the key: what the client did not give falls back to its default or
    /// NULL.</summary>
    public async ValueTask<WriteOutcome> Replace(IWriteSession session, RowWrite row, SqlValue[] key)
    {
        if (await ApplyChanges(session, row, key) is { } refusal) return WriteOutcome.Refused(refusal);
        if (await Resolve(session, row, creating: false) is { } missing) return WriteOutcome.Refused(missing);
        var fields = row.Entity.Fields.Where(f => row.Given[f.Ordinal] && IsReplaced(row, f)).ToArray();
        return await Update(session, row, key, fields);
    }

    /// <summary>Inserts the row, or changes the one that has the target's values already.</summary>
    public async ValueTask<WriteOutcome> Upsert(IWriteSession session, RowWrite row, ConflictTarget target)
    {
        var values = new SqlValue[target.Fields.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (row.Value(target.Fields[i]) is not { IsNull: false } value) return await Create(session, row);
            values[i] = value;
        }

        var entity = row.Entity;
        var key = await StoredRow.Find(
            session, _statements.Read(entity, entity.Key, target.Fields), entity.Key.Count, values);
        if (key is null) return await Create(session, row);
        if (target.Resolution == ConflictResolution.Ignore) return new WriteOutcome(key, false, null);
        if (entity.RequireIfMatch) return WriteOutcome.Refused(RefusalKind.PreconditionRequired, Blind(row));
        foreach (var field in entity.Fields)
            row.Given[field.Ordinal] &= IsMerged(row, field, target);
        return await Patch(session, row, key);
    }

    /// <summary>Deletes the row with the key, or marks it as deleted at <paramref name="now"/>.</summary>
    public async ValueTask<WriteOutcome> Delete(IWriteSession session, Entity entity, SqlValue[] key,
        DateTimeOffset now)
    {
        try
        {
            long deleted;
            if (entity.SoftDelete is { } mark)
                deleted = await session.Execute(_statements.Update(entity, [mark]),
                    [RowDefaults.Now(mark, now), .. key]);
            else
                deleted = await session.Execute(_statements.Delete(entity), key);
            return deleted == 0 ? NotFound(entity, key) : new WriteOutcome(key, false, null);
        }
        catch (StoreException e) when (e.Failure is StoreFailure.ForeignKey)
        {
            return WriteOutcome.Refused(await _faults.OfDelete(session, entity, key, e));
        }
        catch (StoreException e) when (e.Failure is StoreFailure.Check)
        {
            return WriteOutcome.Refused(RefusalKind.Conflict, new Error(WriteErrors.Rule, e.Message));
        }
    }

    /// <summary>The refusal of a key that no row has.</summary>
    public static WriteOutcome NotFound(Entity entity, SqlValue[] key) => WriteOutcome.Refused(
        RefusalKind.NotFound,
        new Error(WriteErrors.NotFound,
            $"no row of {entity.Name} has the key {string.Join(',', key.Select(k => k.ToString()))}"));

    private static Error Blind(RowWrite row) => new(
        WriteErrors.PreconditionRequired,
        $"the row is there, and {row.Entity.Name} are changed with If-Match only: use PATCH, or resolve=ignore")
    {
        Pointer = row.Path.ToString(),
    };

    private static bool IsReplaced(RowWrite row, Field field)
    {
        if (field.IsKey || field.IsVersion) return false;
        if (field.AutoUpdate || row.FromClient[field.Ordinal]) return true;
        return !field.ReadOnly && !ReferenceEquals(field, row.Entity.SoftDelete)
            && field.Default is not (FieldDefault.NewUuid or FieldDefault.Sequence or FieldDefault.Database);
    }

    // What a client did not name keeps its value, not the default that a new row would get.
    private static bool IsMerged(RowWrite row, Field field, ConflictTarget target) => field.AutoUpdate
        ? row.HasClientChanges
        : row.FromClient[field.Ordinal] && !field.IsKey && !target.Fields.Contains(field);

    private async ValueTask<WriteOutcome> Update(IWriteSession session, RowWrite row, SqlValue[] key, Field[] fields)
    {
        var entity = row.Entity;
        if (fields.Length == 0 && row.Children.Count == 0)
        {
            var found = await StoredRow.Read(session, _statements, entity, entity.Key, key);
            return found is null ? NotFound(entity, key) : new WriteOutcome(key, false, null);
        }

        try
        {
            // A row whose children alone change is touched as well, so that its version tells.
            var parameters = new SqlValue[fields.Length + key.Length];
            for (var i = 0; i < fields.Length; i++) parameters[i] = row.Values[fields[i].Ordinal];
            key.CopyTo(parameters, fields.Length);
            if (await session.Execute(_statements.Update(entity, fields), parameters) == 0)
                return NotFound(entity, key);
        }
        catch (StoreException e) when (WriteFaults.IsRefusal(e))
        {
            return WriteOutcome.Refused(await _faults.OfRow(session, row, e));
        }

        return await Finish(session, row, key, created: false);
    }

    private async ValueTask<WriteOutcome> Finish(IWriteSession session, RowWrite row, SqlValue[] key, bool created)
    {
        // Foreign keys of other people's tables may be checked at the commit only, when nobody can say which one it
        // was.
        if (!_ownsSchema)
        {
            var missing = await _faults.MissingReferences(session, row, row.Entity.Relations);
            if (missing.Count > 0) return WriteOutcome.Refused(new WriteRefusal(RefusalKind.Validation, missing));
        }

        foreach (var children in row.Children)
            if (await _children.Write(session, row, key, children, created) is { } refusal)
                return WriteOutcome.Refused(refusal);
        var broken = await _rules.Broken(session, row, key);
        return broken.Count > 0
            ? WriteOutcome.Refused(new WriteRefusal(RefusalKind.Validation, broken))
            : new WriteOutcome(key, created, null);
    }

    // Operators and the body's version need the stored row.
    private async ValueTask<WriteRefusal?> ApplyChanges(IWriteSession session, RowWrite row, SqlValue[] key)
    {
        var expected = row.ExpectedVersion;
        if (row.Changes.Count == 0 && expected is null) return null;
        var columns = row.Changes.Select(c => c.Field).ToList();
        if (expected is not null && row.Entity.Version is { } version) columns.Add(version);
        var stored = await StoredRow.Read(session, _statements, row.Entity, columns, key);
        if (stored is null) return NotFound(row.Entity, key).Refusal;
        if (expected is { } seen && !StoredRow.Same(stored[^1], seen))
        {
            var detail = $"the row has version {stored[^1]}, not {seen}";
            var error = new Error(WriteErrors.Stale, detail) { Pointer = row.Path.PointerTo(columns[^1].Name) };
            return new WriteRefusal(RefusalKind.Stale, error);
        }

        var errors = new List<Error>();
        for (var i = 0; i < row.Changes.Count; i++)
        {
            var (field, change) = row.Changes[i];
            if (FieldChanges.Apply(field, change, stored[i], out var value) is { } error)
                errors.Add(error with { Pointer = row.Path.PointerTo(field.Name) });
            else
                row.Set(field, value);
        }

        return errors.Count > 0 ? new WriteRefusal(RefusalKind.Validation, errors) : null;
    }

    // What only the transaction knows: sequences, values of referenced rows, and whether references are soft-deleted.
    private async ValueTask<WriteRefusal?> Resolve(IWriteSession session, RowWrite row, bool creating)
    {
        foreach (var field in row.Entity.Fields)
        {
            if (row.Given[field.Ordinal]) continue;
            if (creating && field.Default is FieldDefault.Sequence sequence)
                row.Set(field, await SequenceNumbers.Next(session, row.Entity, field, sequence.Pattern));
            else if (field.Default is FieldDefault.FromReference source && (creating || IsReplacing(row, field))
                && await FromReference(session, row, field, source) is { } refusal)
                return refusal;
        }

        List<Relation>? soft = null;
        foreach (var relation in row.Entity.Relations)
            if (relation.IsToOne && relation.To.SoftDelete is not null) (soft ??= []).Add(relation);
        if (soft is null) return null;
        var missing = await _faults.MissingReferences(session, row, soft);
        return missing.Count > 0 ? new WriteRefusal(RefusalKind.Validation, missing) : null;
    }

    // A PUT that leaves the field out of a row that may be set by clients: its default counts again.
    private static bool IsReplacing(RowWrite row, Field field) => row.Replaces && !field.ReadOnly;

    private async ValueTask<WriteRefusal?> FromReference(
        IWriteSession session, RowWrite row, Field field, FieldDefault.FromReference source)
    {
        var relation = row.Entity.Relation(source.Relation);
        var column = relation?.To.Field(source.Field);
        // The model's loader checked both names.
        Invariant.Holds(relation is not null);
        Invariant.Holds(column is not null);
        var key = new SqlValue[relation.FromFields.Count];
        for (var i = 0; i < key.Length; i++)
        {
            if (row.Value(relation.FromFields[i]) is { IsNull: false } part)
            {
                key[i] = part;
                continue;
            }

            row.Set(field, SqlValue.Null);
            return field.Required || !field.Nullable
                ? new WriteRefusal(RefusalKind.Validation,
                    row.At(field, WriteErrors.Required, $"'{field.Name}' is required"))
                : null;
        }

        var found = await StoredRow.Find(session, _statements.Read(relation.To, [column], relation.ToFields), 1, key);
        if (found is null)
        {
            var missing = await _faults.MissingReferences(session, row, [relation]);
            return new WriteRefusal(RefusalKind.Validation, missing);
        }

        row.Set(field, found[0]);
        return null;
    }
}
