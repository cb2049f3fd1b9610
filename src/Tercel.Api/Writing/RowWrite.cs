using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

internal enum WriteMode
{
    /// <summary>A new row.</summary>
    Create,

    /// <summary>A whole row that replaces the stored one, or becomes new (PUT, and children inside a PATCH).</summary>
    Replace,

    /// <summary>Some fields of a stored row.</summary>
    Patch,
}

/// <summary>A change whose result depends on what is stored.</summary>
internal abstract record FieldChange
{
    private FieldChange()
    {
    }

    /// <summary><c>{"$inc": 5}</c>: a number of the field's type; NULL counts as 0.</summary>
    public sealed record Increment(SqlValue Amount) : FieldChange;

    /// <summary><c>{"$add": [...]}</c>: elements that are not there yet go to the end.</summary>
    public sealed record Add(SqlValue Items) : FieldChange;

    /// <summary><c>{"$remove": [...]}</c>: every element equal to one of these goes.</summary>
    public sealed record Remove(SqlValue Items) : FieldChange;

    /// <summary>An object for a JSON field in a PATCH: a merge patch of its own.</summary>
    public sealed record Merge(BodyValue Patch) : FieldChange;
}

/// <summary>One row of a write after validation: every value has its type and keeps its field's limits.</summary>
/// <remarks>Shape: <see cref="Values"/> is indexed by <see cref="Field.Ordinal"/> and counts only where
/// <see cref="Given"/> is true. Lifetime: one request; the writer fills in what only the transaction knows (sequences,
/// parents' keys).</remarks>
internal sealed class RowWrite(Entity entity, BodyPath path, WriteMode mode, DateTimeOffset now)
{
    public Entity Entity { get; } = entity;

    /// <summary>True when fields that the body leaves out are to fall back to their defaults.</summary>
    public bool Replaces { get; } = mode == WriteMode.Replace;

    /// <summary>The time of the request.</summary>
    public DateTimeOffset Now { get; } = now;

    public BodyPath Path { get; } = path;

    /// <summary>What the row gets, from the client or from a default.</summary>
    public SqlValue[] Values { get; } = new SqlValue[entity.Fields.Count];

    public bool[] Given { get; } = new bool[entity.Fields.Count];

    /// <summary>True where the client named the field; an upsert changes only these.</summary>
    public bool[] FromClient { get; } = new bool[entity.Fields.Count];

    public List<(Field Field, FieldChange Change)> Changes { get; } = [];

    public List<ChildWrites> Children { get; } = [];

    /// <summary>The version that the client says it saw; null when it did not.</summary>
    public SqlValue? ExpectedVersion { get; set; }

    /// <summary>True when the body names anything to change besides the key.</summary>
    public bool HasClientChanges
    {
        get
        {
            if (Changes.Count > 0 || Children.Count > 0) return true;
            foreach (var member in Entity.Fields)
                if (FromClient[member.Ordinal] && !member.IsKey) return true;
            return false;
        }
    }

    public void Set(Field field, SqlValue value)
    {
        Values[field.Ordinal] = value;
        Given[field.Ordinal] = true;
    }

    /// <summary>The value that the row will have; null when the write does not say.</summary>
    public SqlValue? Value(Field field) => Given[field.Ordinal] ? Values[field.Ordinal] : null;

    public Error At(Field field, ErrorCode code, string detail) =>
        new(code, detail) { Pointer = Path.PointerTo(field.Name) };
}

/// <summary>All rows that a writable to-many relation of a row is to have.</summary>
internal sealed record ChildWrites(Relation Relation, IReadOnlyList<RowWrite> Rows);
