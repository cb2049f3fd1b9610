using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>Checks a body against its entity and turns it into rows to write; collects every mistake with its
/// pointer.</summary>
/// <remarks>Needs no database: what only the database knows (uniqueness, references, rules) is checked while writing.
/// Lifetime: one request.</remarks>
internal sealed class WriteValidator(WriteOptions options)
{
    // More mistakes than this tell a client nothing new.
    private const int ErrorsMax = 100;

    private readonly WriteOptions _options = options;
    private readonly RowDefaults _defaults = new(options.Now);
    private readonly List<Error> _errors = [];
    private int _rows;

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<Error> Errors => _errors;

    /// <summary>Reads a body that holds one row.</summary>
    public Result<RowWrite> ReadOne(BodyValue body, Entity entity, WriteMode mode)
    {
        var row = ReadRow(body, entity, mode, BodyPath.Root);
        return _errors.Count > 0 || row is null ? _errors : row;
    }

    /// <summary>Reads one row of several; false when something is wrong with it, which is in
    /// <see cref="Errors"/>.</summary>
    public RowWrite? ReadItem(BodyValue item, Entity entity, WriteMode mode, int index)
    {
        var before = _errors.Count;
        var row = ReadRow(item, entity, mode, BodyPath.Root.Item(index));
        return _errors.Count > before ? null : row;
    }

    private RowWrite? ReadRow(BodyValue body, Entity entity, WriteMode mode, BodyPath path, Relation? parent = null)
    {
        if (body.Kind != BodyKind.Object)
        {
            Add(WriteReader.WrongType("an object", body) with { Pointer = path.ToString() });
            return null;
        }

        if (++_rows > _options.Limits.BulkRowsMax)
        {
            if (_rows == _options.Limits.BulkRowsMax + 1)
                Add(new Error(WriteErrors.TooManyRows,
                    $"at most {_options.Limits.BulkRowsMax} rows in one request") { Pointer = path.ToString() });
            return null;
        }

        var row = new RowWrite(entity, path, mode, _options.Now);
        var expected = 0;
        foreach (var member in body)
        {
            if (FieldOf(entity, member, expected) is not { } field)
            {
                ReadOther(row, member, mode);
                continue;
            }

            expected = field.Ordinal + 1;
            if (!Refused(row, field, member, mode, parent)) ReadField(row, field, member, mode);
        }

        foreach (var field in entity.Fields)
            if (!row.Given[field.Ordinal] && !row.FromClient[field.Ordinal]) Complete(row, field, mode, parent);
        return row;
    }

    // Most clients send fields in the model's order, so that the search mostly ends where it begins.
    private static Field? FieldOf(Entity entity, BodyValue member, int expected)
    {
        var fields = entity.Fields;
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[(expected + i) % fields.Count];
            if (member.NameIs(field.NameUtf8)) return field;
        }

        return null;
    }

    private void ReadOther(RowWrite row, BodyValue member, WriteMode mode)
    {
        var name = member.Name;
        if (row.Entity.Relation(name) is { Kind: RelationKind.ToMany, Writable: true } relation)
            ReadChildren(row, relation, member, mode);
        else if (!_options.Lenient)
            Add(Unknown(row, name));
    }

    // Fields that clients do not set. True: the member is dealt with.
    private bool Refused(RowWrite row, Field field, BodyValue member, WriteMode mode, Relation? parent)
    {
        if (mode != WriteMode.Create && field.IsVersion)
        {
            if (WriteReader.Read(member, field.Type, out var version) is { } error)
                Add(error with { Pointer = row.Path.PointerTo(field.Name) });
            else row.ExpectedVersion = version;
            return true;
        }

        if (field.IsKey && mode != WriteMode.Create && _options.UrlKey is { } key && parent is null)
        {
            var place = IndexOf(row.Entity.Key, field);
            if (WriteReader.Read(member, field.Type, out var value) is null && SameValue(value, key[place]))
                row.Set(field, value);
            else
                Add(row.At(field, WriteErrors.ReadOnly,
                    $"'{field.Name}' is part of the row's key, which does not change"));
            return true;
        }

        var why = field.IsComputed ? "is computed from other fields"
            : field.IsVersion || field.AutoUpdate ? "is set by the server"
            : ReferenceEquals(field, row.Entity.SoftDelete) ? "is set by deleting the row"
            : field.IsKey && mode == WriteMode.Patch && _options is { UrlKey: null, KeyInBody: false }
                ? "is part of the row's key, which does not change"
            : field.ReadOnly ? "is read-only"
            : null;
        if (why is null) return false;
        if (!_options.Lenient) Add(row.At(field, WriteErrors.ReadOnly, $"'{field.Name}' {why}"));
        return true;
    }

    private void ReadField(RowWrite row, Field field, BodyValue member, WriteMode mode)
    {
        row.FromClient[field.Ordinal] = true;
        if (member.Kind == BodyKind.Null)
        {
            if (field.Required || !field.Nullable) Add(row.At(field, WriteErrors.Null, "must not be null"));
            else row.Set(field, SqlValue.Null);
            return;
        }

        if (mode == WriteMode.Patch && member.Kind == BodyKind.Object && ReadChange(row, field, member)) return;
        var error = WriteReader.Read(member, field.Type, out var value) ?? FieldRules.Check(field, value);
        if (error is null) row.Set(field, value);
        else Add(error with { Pointer = row.Path.PointerTo(field.Name, error.Pointer) });
    }

    // {"$inc": 1} and its like, and merge patches of JSON fields. False: an ordinary value.
    private bool ReadChange(RowWrite row, Field field, BodyValue member)
    {
        if (field.Type.Kind == FieldKind.Json)
        {
            if (StoredJson.Unstorable(member) is { } problem) Add(row.At(field, WriteErrors.Range, problem));
            else row.Changes.Add((field, new FieldChange.Merge(member)));
            return true;
        }

        var known = field.Type.IsNumber ? ["$inc"] : field.Type.Kind == FieldKind.Array ? new[] { "$add", "$remove" }
            : [];
        if (known.Length == 0 || member.Count != 1) return false;
        foreach (var operation in member)
        {
            var name = operation.Name;
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                Add(row.At(field, WriteErrors.UnknownOperator,
                    $"'{field.Name}' knows {string.Join(" and ", known)}, not '{name}'")
                    with { Suggestion = Suggestion.For(name, known) });
                return true;
            }

            var error = WriteReader.Read(operation, field.Type, out var value);
            if (error is not null)
                Add(error with { Pointer = row.Path.PointerTo(field.Name, $"/{name}{error.Pointer}") });
            else row.Changes.Add((field, name == "$inc" ? new FieldChange.Increment(value)
                : name == "$add" ? new FieldChange.Add(value) : new FieldChange.Remove(value)));
        }

        return true;
    }

    private void ReadChildren(RowWrite row, Relation relation, BodyValue member, WriteMode mode)
    {
        var path = row.Path.Member(relation.Name);
        if (member.Kind != BodyKind.Array)
        {
            Add(WriteReader.WrongType("an array", member) with { Pointer = path.ToString() });
            return;
        }

        var rows = new List<RowWrite>(member.Count);
        var childMode = mode == WriteMode.Create ? WriteMode.Create : WriteMode.Replace;
        var index = 0;
        foreach (var item in member)
        {
            if (ReadRow(item, relation.To, childMode, path.Item(index++), relation) is { } child) rows.Add(child);
            if (_rows > _options.Limits.BulkRowsMax) return;
        }

        row.Children.Add(new ChildWrites(relation, rows));
    }

    // What a field gets that the body does not name.
    private void Complete(RowWrite row, Field field, WriteMode mode, Relation? parent)
    {
        if (field.IsComputed) return;
        if (mode == WriteMode.Patch)
        {
            if (_options.KeyInBody && field.IsKey)
                Add(row.At(field, WriteErrors.Required, $"'{field.Name}' must tell which row is meant"));
            else if (_options.UrlKey is { } key && field.IsKey) row.Set(field, key[IndexOf(row.Entity.Key, field)]);
            else if (field.AutoUpdate && row.HasClientChanges) row.Set(field, RowDefaults.Now(field, _options.Now));
            return;
        }

        if (_options.UrlKey is { } urlKey && field.IsKey && parent is null)
        {
            row.Set(field, urlKey[IndexOf(row.Entity.Key, field)]);
            return;
        }

        if (parent is not null && (IndexOf(parent.ToFields, field) >= 0 || ChildNumber.Is(parent, field))) return;
        if (_defaults.TryGet(field, out var value)) row.Set(field, value);
        else if (RowDefaults.IsNeeded(field)) Add(row.At(field, WriteErrors.Required, $"'{field.Name}' is required"));
        else if (!RowDefaults.IsDeferred(field)) row.Set(field, SqlValue.Null);
    }

    private static Error Unknown(RowWrite row, string name)
    {
        var entity = row.Entity;
        var pointer = row.Path.PointerTo(name);
        if (entity.Relation(name) is { } relation)
        {
            var detail = relation.IsToOne
                ? $"'{name}' is a relation; write '{relation.FromFields[0].Name}'"
                : $"'{name}' is a relation that cannot be written here";
            return new Error(WriteErrors.UnknownField, detail)
            {
                Pointer = pointer,
                Suggestion = relation.IsToOne ? relation.FromFields[0].Name : null,
            };
        }

        var names = entity.Fields.Where(f => !f.IsComputed).Select(f => f.Name)
            .Concat(entity.Relations.Where(r => r.Writable).Select(r => r.Name));
        return new Error(WriteErrors.UnknownField, $"no field '{name}' in {entity.Name}")
        {
            Pointer = pointer,
            Suggestion = Suggestion.For(name, names),
        };
    }

    private static bool SameValue(SqlValue a, SqlValue b) => a.Kind == b.Kind
        && a.Integer == b.Integer && a.Real.Equals(b.Real) && a.Bytes.Span.SequenceEqual(b.Bytes.Span);

    private static int IndexOf(IReadOnlyList<Field> fields, Field field)
    {
        for (var i = 0; i < fields.Count; i++)
            if (ReferenceEquals(fields[i], field)) return i;
        return -1;
    }

    private void Add(Error error)
    {
        if (_errors.Count < ErrorsMax) _errors.Add(error);
    }
}
