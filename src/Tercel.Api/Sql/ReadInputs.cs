using System.Diagnostics;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>Gives the raw text of a request's query-string pairs, percent-decoded, to the slots of a cached
/// plan.</summary>
internal interface ISlotTexts
{
    /// <summary>False when the text is not percent-encoded UTF-8.</summary>
    bool TryText(int pair, out ReadOnlySpan<char> text);
}

/// <summary>What the parameters of one run are taken from.</summary>
/// <remarks>Shape: what a statement does not use may be left at its default.</remarks>
internal sealed class ReadInputs
{
    public required DateTimeOffset Now { get; init; }

    public required ApiLimits Limits { get; init; }

    /// <summary>The request's texts; null right after planning, whose slots hold the values of the same
    /// request.</summary>
    public ISlotTexts? Slots { get; init; }

    public IReadOnlyList<SqlValue> Key { get; init; } = [];

    public IReadOnlyList<SqlValue> Cursor { get; set; } = [];

    public long Limit { get; set; }

    public long Offset { get; set; }

    public SqlValue ParentKeys { get; set; }

    /// <summary>Filled by reading a row: its version; null when its entity has none.</summary>
    public long? Version { get; set; }

    /// <summary>Fills the parameters of a statement.</summary>
    /// <returns>False when a slot's text is no value of its type; then the request must be planned again, which
    /// tells why.
    /// </returns>
    public bool TryFill(ReadOnlySpan<ValueOrigin> origins, Span<SqlValue> values)
    {
        for (var i = 0; i < origins.Length; i++)
            if (!TryValue(origins[i], out values[i])) return false;
        return true;
    }

    private bool TryValue(ValueOrigin origin, out SqlValue value)
    {
        switch (origin)
        {
            case ValueOrigin.Fixed known: value = known.Value; return true;
            case ValueOrigin.Slot slot when Slots is not null:
                value = default;
                return Slots.TryText(slot.Pair, out var text)
                    && SlotReader.TryRead(text, slot.Reading, Now, Limits, out value, out _);
            case ValueOrigin.Slot slot: value = slot.First; return true;
            case ValueOrigin.Key key: value = Key[key.Index]; return true;
            case ValueOrigin.Cursor cursor: value = Cursor[cursor.Index]; return true;
            case ValueOrigin.Limit: value = SqlValue.Of(Limit); return true;
            case ValueOrigin.Offset: value = SqlValue.Of(Offset); return true;
            case ValueOrigin.ParentKeys: value = ParentKeys; return true;
            case ValueOrigin.Now now: value = TimeText.StoreNow(Now, now.Plus, now.Type); return true;
            default: throw new UnreachableException();
        }
    }
}
