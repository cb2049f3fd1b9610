using Tercel.Api.Query;

namespace Tercel.Api.Sql;

/// <summary>The values of a query string's pairs, decoded only where they have escapes.</summary>
/// <remarks>Lifetime: one request. Cost: a walk over the pairs for each value, since queries have few.</remarks>
internal sealed class QueryTexts(string query) : ISlotTexts
{
    private readonly string _query = query;

    public bool TryText(int pair, out ReadOnlySpan<char> text)
    {
        text = default;
        var pairs = new QueryStringReader(_query);
        while (pairs.MoveNext())
        {
            if (pairs.Index != pair) continue;
            text = pairs.RawValue;
            if (!PercentText.NeedsDecoding(text)) return true;
            if (PercentText.Decode(text, out _) is not { } decoded) return false;
            text = decoded;
            return true;
        }

        return false;
    }
}
