using System.Text;
using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>What fields of a new row get without the client and without the database.</summary>
internal sealed class RowDefaults(DateTimeOffset now)
{
    private const long FirstVersion = 1;

    private readonly DateTimeOffset _now = now;

    /// <summary>The default when it is known before the transaction.</summary>
    public bool TryGet(Field field, out SqlValue value)
    {
        value = default;
        if (field.IsVersion)
        {
            value = SqlValue.Of(FirstVersion);
            return true;
        }

        if (field.AutoUpdate)
        {
            value = Now(field, _now);
            return true;
        }

        switch (field.Default)
        {
            case FieldDefault.Constant constant:
                value = Constant(field, constant.Text, _now);
                return true;
            case FieldDefault.Now:
                value = Now(field, _now);
                return true;
            case FieldDefault.NewUuid:
                value = SqlValue.Of(SortableId.NewUuid(_now).ToString("D"));
                return true;
            default:
                return false;
        }
    }

    /// <summary>True when only the transaction or the database knows the value; so it is with a read-only column
    /// without a default, which the database generates.</summary>
    public static bool IsDeferred(Field field) => field.AutoIncrement
        || (field.ReadOnly && field.Default is null)
        || field.Default is FieldDefault.Sequence or FieldDefault.FromReference or FieldDefault.Database;

    /// <summary>True when a new row cannot do without the client's value.</summary>
    public static bool IsNeeded(Field field) => (field.Required || !field.Nullable) && !IsDeferred(field);

    /// <summary>The time of the write in the form that the field keeps.</summary>
    public static SqlValue Now(Field field, DateTimeOffset now) => field.Type.Kind == FieldKind.Time
        ? TimeText.Store(TimeOnly.FromTimeSpan(now.UtcDateTime.TimeOfDay))
        : TimeText.StoreNow(now, TimeSpan.Zero, field.Type);

    // The model's loader checked the text, so one that does not read is our bug.
    private static SqlValue Constant(Field field, string text, DateTimeOffset now)
    {
        if (field.Type.Kind is FieldKind.Json or FieldKind.Array) return SqlValue.OfUtf8(Encoding.UTF8.GetBytes(text));
        var known = ValueText.TryRead(text, field.Type, now, out var value, out _);
        Invariant.Holds(known);
        return value;
    }
}
