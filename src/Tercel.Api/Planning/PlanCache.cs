using System.Collections.Concurrent;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>What requests of the same shape share: found by the entity and the query string without its
/// values.</summary>
/// <remarks>
/// Shape: one per model, so that a reload starts empty. Bounded: when full, it is emptied, since the shapes in use
/// come back at once. Thread: any. Cost: one lookup by characters, no allocation.
/// </remarks>
internal sealed class PlanCache<T>(int capacity)
    where T : class
{
    private const int SqlCharsMax = 16 * 1024;
    private const char ShapeMark = '\u0001';

    private readonly int _capacity = capacity;
    private readonly ConcurrentDictionary<string, T> _plans = new(StringComparer.Ordinal);

    public int Count => _plans.Count;

    public T? Find(ReadOnlySpan<char> shape) =>
        _plans.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(shape, out var plan) ? plan : null;

    /// <summary>Keeps a plan, unless its statement is so long that a cache full of such would fill the
    /// memory.</summary>
    public void Add(ReadOnlySpan<char> shape, T plan, SqlText sql)
    {
        if (sql.Text.Length > SqlCharsMax) return;
        if (_plans.Count >= _capacity) _plans.Clear();
        _plans.TryAdd(shape.ToString(), plan);
    }

    /// <summary>Writes the shape of a request: what it reads, then its query string with values left out.</summary>
    /// <returns>The characters written; 0 when it does not fit or must not be shared.</returns>
    public static int WriteShape(ReadOnlySpan<char> subject, ReadOnlySpan<char> query, Span<char> to)
    {
        if (subject.Length + query.Length + 2 > to.Length) return 0;
        subject.CopyTo(to);
        var count = subject.Length;
        to[count++] = ShapeMark;
        var pairs = new QueryStringReader(query);
        while (pairs.MoveNext())
        {
            var kind = QueryString.KindOf(pairs.RawKey);
            // An empty search or page number is a mistake that only the full reading reports.
            if (kind != PairKind.Structure && pairs.RawValue.IsEmpty && !pairs.RawKey.Contains('.')) return 0;
            if (count + pairs.RawKey.Length + pairs.RawValue.Length + 2 > to.Length) return 0;
            pairs.RawKey.CopyTo(to[count..]);
            count += pairs.RawKey.Length;
            if (pairs.HasValue) to[count++] = '=';
            if (kind == PairKind.Structure)
            {
                pairs.RawValue.CopyTo(to[count..]);
                count += pairs.RawValue.Length;
            }

            to[count++] = '&';
        }

        return count;
    }
}
