using Tercel.Api.Model;

namespace Tercel.Api.Writing;

/// <summary>
/// The number of a child inside its parent: an integer that is the whole rest of the child's key, as <c>line</c> is in
/// <c>pk: [order, line]</c>. Clients may leave it out; children are then numbered on.
/// </summary>
internal static class ChildNumber
{
    public static bool Is(Relation relation, Field field) => ReferenceEquals(Find(relation), field);

    /// <summary>The field; null when the children's keys have another form.</summary>
    public static Field? Find(Relation relation)
    {
        Field? number = null;
        foreach (var part in relation.To.Key)
        {
            if (relation.ToFields.Contains(part)) continue;
            // A reference is no number, although its column is an integer: it must be said what it refers to.
            if (number is not null || part.Reference is not null) return null;
            if (part.Type.Kind is not (FieldKind.Int or FieldKind.BigInt)) return null;
            number = part;
        }

        if (number is null || relation.To.Key.Count < 2 || number.AutoIncrement || number.Default is not null)
            return null;
        return number;
    }
}
