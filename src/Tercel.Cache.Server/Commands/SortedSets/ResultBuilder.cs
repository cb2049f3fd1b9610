using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>Builds union, intersection or difference of sources in a sorted set.</summary>
/// <remarks>Cost: union all members; the others the members of one source, looked up in the others.</remarks>
internal ref struct ResultBuilder : IWeightedVisitor
{
    private readonly AlgebraKind _kind;
    private readonly Aggregate _aggregate;
    private readonly long _limit;
    private readonly Span<AlgebraSource> _sources;
    private SortedSetValue _result;
    private int _walked;

    public ResultBuilder(
        CollectionHandle target, AlgebraKind kind, in AlgebraOptions options, Span<AlgebraSource> sources)
    {
        _result = new SortedSetValue(target);
        _kind = kind;
        _aggregate = options.Aggregate;
        _limit = options.Limit == 0 ? long.MaxValue : options.Limit;
        _sources = sources;
    }

    public readonly SortedSetValue Result => _result;

    /// <summary>Members of an intersection of which only the number is wanted.</summary>
    public long Counted { get; private set; }

    public void Build()
    {
        if (_kind == AlgebraKind.Union)
        {
            for (_walked = 0; _walked < _sources.Length; _walked++) _sources[_walked].Visit(ref this);
            return;
        }

        _walked = _kind == AlgebraKind.Difference ? 0 : Smallest();
        _sources[_walked].Visit(ref this);
    }

    public bool Visit(ReadOnlySpan<byte> member, double score)
    {
        switch (_kind)
        {
            case AlgebraKind.Union:
                if (_walked > 0 && _result.TryGetScore(member, out var other)) score = Combine(other, score);
                _result.Set(member, score, ScoreRules.None, out _);
                return true;
            case AlgebraKind.Difference:
                if (!IsInAnother(member)) _result.Set(member, score, ScoreRules.None, out _);
                return true;
            case AlgebraKind.Intersection:
                if (TryCombineAll(member, ref score)) _result.Set(member, score, ScoreRules.None, out _);
                return true;
            default:
                if (TryCombineAll(member, ref score)) Counted++;
                return Counted < _limit;
        }
    }

    private readonly int Smallest()
    {
        var smallest = 0;
        for (var i = 1; i < _sources.Length; i++)
            if (_sources[i].Count < _sources[smallest].Count) smallest = i;
        return smallest;
    }

    private readonly bool IsInAnother(ReadOnlySpan<byte> member)
    {
        for (var i = 1; i < _sources.Length; i++)
            if (_sources[i].TryScore(member, out _)) return true;
        return false;
    }

    private readonly bool TryCombineAll(ReadOnlySpan<byte> member, ref double score)
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            if (i == _walked) continue;
            if (!_sources[i].TryScore(member, out var other)) return false;
            score = Combine(score, other);
        }

        return true;
    }

    private readonly double Combine(double first, double second)
    {
        if (_aggregate == Aggregate.Lower) return Math.Min(first, second);
        if (_aggregate == Aggregate.Higher) return Math.Max(first, second);
        var sum = first + second;
        return double.IsNaN(sum) ? 0 : sum;
    }
}
