using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>A list's plan with its statements: the page itself, its variants for cursors, and the count.</summary>
/// <remarks>Lifetime: kept by the plan cache, so that all requests of one shape share it. Thread: any.</remarks>
internal sealed class CompiledList
{
    // Two directions, with and without nulls in a few sort keys; more forms are compiled each time.
    private const int FormsMax = 16;

    private readonly ConcurrentDictionary<CursorForm, CompiledRead> _byCursor = new();
    private readonly ValueOrigin[] _fingerprintOrigins;
    private readonly byte[] _fingerprint;
    private CompiledStatement? _count;

    public CompiledList(ReadPlan plan, int countEstimateRows)
    {
        Plan = plan;
        Page = ReadCompiler.CompilePage(plan, cursor: null);
        EstimateRows = countEstimateRows;
        var order = ReadCompiler.CompileOrder(plan);
        _fingerprintOrigins = order.Parameters;
        _fingerprint = Fingerprint(order);
    }

    public ReadPlan Plan { get; }

    /// <summary>The page from an offset.</summary>
    public CompiledRead Page { get; }

    /// <summary>What stands beside the page; null without facets.</summary>
    public FacetWriter? Facets { get; init; }

    /// <summary>Where <c>count=estimate</c> stops counting.</summary>
    public int EstimateRows { get; }

    /// <summary>The page from a cursor's row on.</summary>
    public CompiledRead FromCursor(CursorForm form)
    {
        if (_byCursor.TryGetValue(form, out var known)) return known;
        var read = ReadCompiler.CompilePage(Plan, form);
        if (_byCursor.Count < FormsMax) _byCursor.TryAdd(form, read);
        return read;
    }

    public CompiledStatement Count() => _count ??= ReadCompiler.CompileCount(
        Plan, Plan.Count == CountMode.Estimate ? EstimateRows + 1 : null);

    /// <summary>
    /// The number of rows guessed from the span of an integer key; null when conditions or the key do not allow that.
    /// </summary>
    public CompiledStatement? Span() => ReadCompiler.CompileSpan(Plan);

    /// <summary>Appends what a cursor of this list belongs to: entity, conditions with their values, and
    /// order.</summary>
    public void WriteFingerprint(Utf8Buffer into, ReadInputs inputs)
    {
        into.Write(_fingerprint);
        foreach (var origin in _fingerprintOrigins)
        {
            if (origin is ValueOrigin.Slot slot && inputs.Slots is { } texts)
            {
                texts.TryText(slot.Pair, out var text);
                WriteText(into, text);
            }
            else if (origin is ValueOrigin.Slot or ValueOrigin.Key)
            {
                var value = origin is ValueOrigin.Key key ? inputs.Key[key.Index] : ((ValueOrigin.Slot)origin).First;
                WriteText(into, value.ToString());
            }
        }
    }

    // The length in front keeps two neighbours from reading as one.
    private static void WriteText(Utf8Buffer into, ReadOnlySpan<char> text)
    {
        JsonText.WriteInteger(into, text.Length);
        into.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text));
    }

    private static byte[] Fingerprint(CompiledStatement order)
    {
        var text = new StringBuilder(order.Sql.Text);
        foreach (var origin in order.Parameters)
        {
            if (origin is ValueOrigin.Fixed known)
                text.Append('\0').Append(known.Value.Kind).Append(known.Value.ToString());
            else if (origin is ValueOrigin.Now now) text.Append('\0').Append(now.Plus.Ticks);
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
