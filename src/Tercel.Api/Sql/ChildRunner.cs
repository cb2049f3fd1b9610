using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Makes the rows of a writable to-many relation equal to what the client sent with their parent.</summary>
/// <remarks>Children that the client names by key are replaced, others are new, and stored ones that it does not name
/// are deleted, before anything is inserted, so that unique values are free again.</remarks>
internal sealed class ChildRunner(WriteRunner rows, WriteCompiler statements)
{
    private readonly WriteRunner _rows = rows;
    private readonly WriteCompiler _statements = statements;

    public async ValueTask<WriteRefusal?> Write(
        IWriteSession session, RowWrite parent, SqlValue[] parentKey, ChildWrites children, bool parentIsNew)
    {
        var relation = children.Relation;
        var reference = await ParentValues(session, parent, parentKey, relation);
        if (reference is null) return WriteRunner.NotFound(parent.Entity, parentKey).Refusal;
        if (Adopt(children, reference) is { } wrong) return wrong;
        Number(children);
        var stored = parentIsNew ? [] : await StoredKeys(session, relation, reference);
        var keys = children.Rows.Select(c => KeyOf(c, relation)).ToArray();
        if (Twice(children, keys) is { } twice) return twice;
        foreach (var key in stored)
        {
            if (Array.Exists(keys, k => k is not null && StoredRow.SameKey(k, key))) continue;
            var now = parent.Now;
            if ((await _rows.Delete(session, relation.To, key, now)).Refusal is { } refusal) return refusal;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var child = children.Rows[i];
            var exists = keys[i] is { } key && stored.Exists(s => StoredRow.SameKey(s, key));
            var outcome = exists
                ? await _rows.Replace(session, child, keys[i] ?? [])
                : await _rows.Create(session, child);
            if (outcome.Refusal is { } refusal) return refusal;
        }

        return null;
    }

    // The values that the children's foreign key gets.
    private async ValueTask<SqlValue[]?> ParentValues(
        IWriteSession session, RowWrite parent, SqlValue[] key, Relation relation)
    {
        var values = new SqlValue[relation.FromFields.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var field = relation.FromFields[i];
            if (parent.Value(field) is { } value) values[i] = value;
            else return await StoredRow.Read(session, _statements, parent.Entity, relation.FromFields, key);
        }

        return values;
    }

    // Sets the foreign key of every child; one that names another parent is refused.
    private static WriteRefusal? Adopt(ChildWrites children, SqlValue[] reference)
    {
        var errors = new List<Error>();
        var fields = children.Relation.ToFields;
        foreach (var child in children.Rows)
        {
            for (var i = 0; i < fields.Count; i++)
            {
                if (child.Value(fields[i]) is { } given && child.FromClient[fields[i].Ordinal]
                    && !StoredRow.Same(given, reference[i]))
                    errors.Add(child.At(fields[i], WriteErrors.Reference,
                        "must be the row it is written in, or be left out"));
                else
                    child.Set(fields[i], reference[i]);
            }
        }

        return errors.Count > 0 ? new WriteRefusal(RefusalKind.Validation, errors) : null;
    }

    private static void Number(ChildWrites children)
    {
        if (ChildNumber.Find(children.Relation) is not { } number) return;
        var next = 1L;
        foreach (var child in children.Rows)
            if (child.Value(number) is { } given && given.Integer >= next && given.Integer < ValueText.IntMax)
                next = given.Integer + 1;
        foreach (var child in children.Rows)
            if (child.Value(number) is null) child.Set(number, SqlValue.Of(next++));
    }

    // The key as far as the client knows it: null for a child that the server or the database gives a key to.
    private static SqlValue[]? KeyOf(RowWrite child, Relation relation)
    {
        var key = new SqlValue[child.Entity.Key.Count];
        for (var i = 0; i < key.Length; i++)
        {
            var field = child.Entity.Key[i];
            var known = child.FromClient[field.Ordinal] || relation.ToFields.Contains(field)
                || ChildNumber.Is(relation, field);
            if (!known || child.Value(field) is not { } value) return null;
            key[i] = value;
        }

        return key;
    }

    private static WriteRefusal? Twice(ChildWrites children, SqlValue[]?[] keys)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] is not { } key || seen.Add(string.Join('\0', key.Select(k => k.ToString())))) continue;
            var error = new Error(WriteErrors.DuplicateRow,
                "the same row is given twice") { Pointer = children.Rows[i].Path.ToString() };
            return new WriteRefusal(RefusalKind.Validation, error);
        }

        return null;
    }

    private async ValueTask<List<SqlValue[]>> StoredKeys(IWriteSession session, Relation relation, SqlValue[] reference)
    {
        var keys = new List<SqlValue[]>();
        using var rows = await session.Query(_statements.Keys(relation.To, relation.ToFields), reference);
        while (await rows.Next())
        {
            var key = new SqlValue[relation.To.Key.Count];
            for (var i = 0; i < key.Length; i++) key[i] = rows.Value(i);
            keys.Add(key);
        }

        return keys;
    }
}
